import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.JWSSerializationType;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.enumerations.SignaturePackaging;
import eu.europa.esig.dss.jades.JAdESSignatureParameters;
import eu.europa.esig.dss.jades.signature.JAdESService;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.service.tsp.OnlineTSPSource;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;
import java.io.File;
import java.io.IOException;
import java.security.KeyStore.PasswordProtection;

/**
 * Seals as DSS makes them, or files that it extends.
 *
 *	java Sign ROOT TSA KEY.p12 FILE FOLDER
 *	java Sign ROOT TSA extend LEVEL FILE OUT
 *
 * The first writes FOLDER/LEVEL-FORM-PAYLOAD.json, for levels B to LTA, forms
 * compact (B only), flattened and general, payloads b64 and raw; the password
 * of KEY.p12 is "zegel". Asks the TSA, and who answers for the certificates.
 */
final class Sign {
	private final JAdESService service;

	static CommonTrustedCertificateSource trust(String root) {
		CommonTrustedCertificateSource trusted =
			new CommonTrustedCertificateSource();
		trusted.addCertificate(
			DSSUtils.loadCertificate(new File(root)));
		return trusted;
	}

	private Sign(String root, String tsa) {
		Verifier verifier = new Verifier();
		verifier.setTrustedCertSources(trust(root));
		verifier.setCrlSource(new OnlineCRLSource());
		verifier.setOcspSource(new OnlineOCSPSource());
		service = new JAdESService(verifier);
		service.setTspSource(new OnlineTSPSource(tsa));
	}

	private static SignatureLevel level(String name) {
		return SignatureLevel.valueOf("JAdES_BASELINE_" + name);
	}

	static JAdESSignatureParameters parameters(
			DSSPrivateKeyEntry key, String level,
			JWSSerializationType form, boolean encoded) {
		JAdESSignatureParameters p = new JAdESSignatureParameters();
		p.setSigningCertificate(key.getCertificate());
		p.setCertificateChain(key.getCertificateChain());
		p.setDigestAlgorithm(DigestAlgorithm.SHA256);
		p.setSignaturePackaging(SignaturePackaging.ENVELOPING);
		p.setSignatureLevel(level(level));
		p.setJwsSerializationType(form);
		p.setBase64UrlEncodedPayload(encoded);
		return p;
	}

	private void make(DSSPrivateKeyEntry key, Pkcs12SignatureToken token,
			String level, JWSSerializationType form,
			boolean encoded, String file, String folder)
			throws IOException {
		DSSDocument document = new FileDocument(file);
		JAdESSignatureParameters p =
			parameters(key, level, form, encoded);
		ToBeSigned tbs = service.getDataToSign(document, p);
		String name = form.name().split("_")[0].toLowerCase();
		service.signDocument(document, p,
			token.sign(tbs, p.getDigestAlgorithm(), key))
			.save(folder + "/" + level + "-"
				+ (name.equals("json") ? "general" : name)
				+ (encoded ? "-b64" : "-raw") + ".json");
	}

	private void makeAll(String p12, String file, String folder)
			throws IOException {
		try (Pkcs12SignatureToken token = new Pkcs12SignatureToken(p12,
				new PasswordProtection("zegel".toCharArray()))) {
			DSSPrivateKeyEntry key = token.getKeys().get(0);
			make(key, token, "B",
				JWSSerializationType.COMPACT_SERIALIZATION,
				true, file, folder);
			for (String level : new String[] {
				"B", "T", "LT", "LTA"})
				for (boolean encoded : new boolean[] {
					true, false}) {
					make(key, token, level, JWSSerializationType
						.FLATTENED_JSON_SERIALIZATION,
						encoded, file, folder);
					make(key, token, level, JWSSerializationType
						.JSON_SERIALIZATION,
						encoded, file, folder);
				}
		}
	}

	private void extend(String level, String file, String out)
			throws IOException {
		JAdESSignatureParameters p = new JAdESSignatureParameters();
		p.setSignatureLevel(level(level));
		p.setJwsSerializationType(
			JWSSerializationType.JSON_SERIALIZATION);
		service.extendDocument(new FileDocument(file), p).save(out);
	}

	public static void main(String[] args) throws IOException {
		Sign sign = new Sign(args[0], args[1]);
		if (args[2].equals("extend"))
			sign.extend(args[3], args[4], args[5]);
		else
			sign.makeAll(args[2], args[3], args[4]);
	}
}
