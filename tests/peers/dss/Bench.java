import eu.europa.esig.dss.alert.SilentOnStatusAlert;
import eu.europa.esig.dss.enumerations.JWSSerializationType;
import eu.europa.esig.dss.jades.JAdESSignatureParameters;
import eu.europa.esig.dss.jades.signature.JAdESService;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.policy.ValidationPolicy;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.service.tsp.OnlineTSPSource;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.CRLSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.CRLToken;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.OCSPSource;
import eu.europa.esig.dss.spi.x509.revocation.ocsp.OCSPToken;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs11SignatureToken;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.policy.ValidationPolicyLoader;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore.PasswordProtection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast DSS is, warmed up, with whatever spares it work that it need not
 * do: documents lie in memory, the policy is loaded once, answers about
 * certificates are kept, nothing is written to a disk.
 *
 *	java Bench seal ROOT FOLDER LEVEL TSA MODULE SLOT PIN OUT
 *	java Bench validate ROOT FOLDER INDICATION
 *
 * Works on the files of FOLDER, over and over: seals their octets as general
 * JSON with b64 false, as EDC does, or validates them. Each line SECONDS on
 * standard input is answered with one of "FILES SECONDS CPU", CPU being that
 * of the process. Its end ends the program, with a line of how many KiB were
 * resident at most. The last seal goes to OUT.
 *
 * One thread: with two, DSS 6.4 throws IllegalStateException now and then, as
 * they share the JSON schemas of dss-jades, whose validator is for one at a
 * time. Who wants two cores starts two of these.
 */
abstract class Bench {
	private final List<byte[]> files = new ArrayList<>();
	private int next;

	/** One file; throws if it did not come to what was expected. */
	abstract void work(DSSDocument file) throws IOException;

	/** After the last one. */
	void finish() throws IOException {
	}

	private void load(String folder) throws IOException {
		File[] found = new File(folder).listFiles();
		Arrays.sort(found);
		for (File file : found)
			files.add(Files.readAllBytes(file.toPath()));
	}

	private static long cpu() {
		return ((com.sun.management.OperatingSystemMXBean)
			ManagementFactory.getOperatingSystemMXBean())
			.getProcessCpuTime();
	}

	private String run(double seconds) throws IOException {
		long begin = System.nanoTime(), used = cpu();
		long end = begin + (long)(seconds * 1e9);
		int done = 0;
		while (System.nanoTime() < end) {
			work(new InMemoryDocument(files.get(next)));
			next = (next + 1) % files.size();
			done++;
		}
		return String.format("%d %.6f %.6f", done,
			(System.nanoTime() - begin) / 1e9,
			(cpu() - used) / 1e9);
	}

	private static String peak() throws IOException {
		for (String line : Files.readAllLines(
				Path.of("/proc/self/status")))
			if (line.startsWith("VmHWM:"))
				return line.replaceAll("[^0-9]", "");
		throw new IOException("no VmHWM");
	}

	private void answer() throws IOException {
		BufferedReader lines = new BufferedReader(
			new InputStreamReader(System.in));
		String line;
		while ((line = lines.readLine()) != null)
			System.out.println(run(Double.parseDouble(line)));
		System.out.println(peak());
		finish();
	}

	/** Seals with the token's only key that has a certificate. */
	private static final class Seal extends Bench {
		private final JAdESService service;
		private final Pkcs11SignatureToken token;
		private final DSSPrivateKeyEntry key;
		private final String level, out;
		private byte[] last;

		Seal(String[] args) {
			Verifier verifier = new Verifier();
			verifier.setTrustedCertSources(Sign.trust(args[1]));
			verifier.setOcspSource(new KeptOcsp());
			verifier.setCrlSource(new KeptCrl());
			// Answers that were kept are older than a timestamp.
			verifier.setAlertOnNoRevocationAfterBestSignatureTime(
				new SilentOnStatusAlert());
			service = new JAdESService(verifier);
			service.setTspSource(new OnlineTSPSource(args[4]));
			level = args[3];
			out = args[8];
			token = new Pkcs11SignatureToken(args[5],
				new PasswordProtection(args[7].toCharArray()),
				Integer.parseInt(args[6]));
			key = token.getKeys().get(0);
		}

		@Override
		void work(DSSDocument file) throws IOException {
			JAdESSignatureParameters p = Sign.parameters(key, level,
				JWSSerializationType.JSON_SERIALIZATION,
				false);
			ToBeSigned tbs = service.getDataToSign(file, p);
			ByteArrayOutputStream made =
				new ByteArrayOutputStream();
			service.signDocument(file, p, token.sign(tbs,
				p.getDigestAlgorithm(), key)).writeTo(made);
			last = made.toByteArray();
		}

		@Override
		void finish() throws IOException {
			Files.write(Path.of(out), last);
			token.close();
		}
	}

	/** Validates with the anchor alone; nobody is asked. */
	private static final class Validate extends Bench {
		private final CommonTrustedCertificateSource trusted;
		private final ValidationPolicy policy = ValidationPolicyLoader
			.fromDefaultValidationPolicy().create();
		private final String indication;

		Validate(String[] args) {
			trusted = Sign.trust(args[1]);
			indication = args[3];
		}

		@Override
		void work(DSSDocument file) throws IOException {
			Verifier verifier = new Verifier();
			verifier.setTrustedCertSources(trusted);
			verifier.setAIASource(null);
			SignedDocumentValidator validator =
				SignedDocumentValidator.fromDocument(file);
			validator.setCertificateVerifier(verifier);
			validator.setEnableEtsiValidationReport(false);
			SimpleReport report = validator.validateDocument(policy)
				.getSimpleReport();
			String found = String.valueOf(report.getIndication(
				report.getFirstSignatureId()));
			if (!found.equals(indication))
				throw new IOException(found);
		}
	}

	/** Each certificate is asked about once. */
	private static final class KeptOcsp implements OCSPSource {
		private static final long serialVersionUID = 1;
		private final Kept<OCSPToken> kept =
			new Kept<>(new OnlineOCSPSource()::getRevocationToken);

		@Override
		public OCSPToken getRevocationToken(CertificateToken c,
				CertificateToken issuer) {
			return kept.get(c, issuer);
		}
	}

	/** Each certificate is asked about once. */
	private static final class KeptCrl implements CRLSource {
		private static final long serialVersionUID = 1;
		private final Kept<CRLToken> kept =
			new Kept<>(new OnlineCRLSource()::getRevocationToken);

		@Override
		public CRLToken getRevocationToken(CertificateToken c,
				CertificateToken issuer) {
			return kept.get(c, issuer);
		}
	}

	private interface Ask<T> {
		T get(CertificateToken c, CertificateToken issuer);
	}

	private static final class Kept<T> {
		private final Map<CertificateToken, T> map = new HashMap<>();
		private final Ask<T> ask;

		Kept(Ask<T> ask) {
			this.ask = ask;
		}

		T get(CertificateToken c, CertificateToken issuer) {
			return map.computeIfAbsent(c, x -> ask.get(x, issuer));
		}
	}

	public static void main(String[] args) throws IOException {
		Bench bench = args[0].equals("seal") ? new Seal(args)
			: new Validate(args);
		bench.load(args[2]);
		bench.answer();
	}
}
