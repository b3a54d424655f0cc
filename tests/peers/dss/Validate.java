import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * What DSS, with the policy that it brings along, says of sealed files.
 *
 *	java Validate [--trust CERTIFICATE | --crl CRL]... FILE...
 *
 * Prints a line for each file, with a tab between its fields: the file,
 * indication, sub-indication ("-": none), level, and the AdES validation's
 * errors, warnings and remarks, each as "KEY text", with " | " between them;
 * last what it says of each content timestamp.
 * Of a file that DSS cannot read, only the file and what DSS threw. Nothing
 * is fetched from anywhere.
 */
final class Validate {
	private final CommonTrustedCertificateSource trusted =
		new CommonTrustedCertificateSource();
	private final List<String> crls = new ArrayList<>();
	private final List<String> files = new ArrayList<>();

	private Validate(String[] args) {
		for (int i = 0; i < args.length; i++) {
			if (args[i].equals("--trust"))
				trusted.addCertificate(DSSUtils.loadCertificate(
					new File(args[++i])));
			else if (args[i].equals("--crl"))
				crls.add(args[++i]);
			else
				files.add(args[i]);
		}
	}

	private Verifier verifier() {
		Verifier verifier = new Verifier();
		verifier.setTrustedCertSources(trusted);
		verifier.setCrlSource(new ExternalResourcesCRLSource(
			crls.stream().map(FileDocument::new)
				.toArray(FileDocument[]::new)));
		verifier.setAIASource(null);
		return verifier;
	}

	private static String text(List<Message> messages) {
		StringBuilder text = new StringBuilder();
		for (Message m : messages)
			text.append(text.length() == 0 ? "" : " | ")
				.append(m.getKey()).append(' ')
				.append(m.getValue().replaceAll("\\s+", " "));
		return text.toString();
	}

	/** Its indication, if it is over this payload and signed by who it says. */
	private static String stamps(Reports reports, String id) {
		StringBuilder text = new StringBuilder();
		for (TimestampWrapper t : reports.getDiagnosticData()
				.getSignatureById(id).getContentTimestamps())
			text.append(text.length() == 0 ? "" : " | ")
				.append(t.isMessageImprintDataIntact() &&
					t.isSignatureValid() ? "" : "broken ")
				.append(reports.getSimpleReport()
					.getIndication(t.getId()));
		return text.toString();
	}

	private String judge(String file) {
		SignedDocumentValidator validator =
			SignedDocumentValidator.fromDocument(
				new FileDocument(file));
		validator.setCertificateVerifier(verifier());
		Reports reports = validator.validateDocument();
		SimpleReport report = reports.getSimpleReport();
		if (report.getSignaturesCount() != 1)
			return report.getSignaturesCount() + " signatures";
		String id = report.getFirstSignatureId();
		Object sub = report.getSubIndication(id);
		return String.join("\t",
			String.valueOf(report.getIndication(id)),
			sub == null ? "-" : sub.toString(),
			String.valueOf(report.getSignatureFormat(id)),
			text(report.getAdESValidationErrors(id)),
			text(report.getAdESValidationWarnings(id)),
			text(report.getAdESValidationInfo(id)),
			stamps(reports, id));
	}

	private void run() {
		for (String file : files) {
			String verdict;
			try {
				verdict = judge(file);
			} catch (RuntimeException e) {
				verdict = e.toString().replaceAll("\\s+", " ");
			}
			System.out.println(file + "\t" + verdict);
		}
	}

	public static void main(String[] args) {
		new Validate(args).run();
	}
}
