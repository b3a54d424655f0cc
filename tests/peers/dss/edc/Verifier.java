/** DSS up to 6.0: what differs in the two lines is the package. */
final class Verifier
	extends eu.europa.esig.dss.validation.CommonCertificateVerifier {
}
