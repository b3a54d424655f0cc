/** DSS 6.1 and later: what differs in the two lines is the package. */
final class Verifier
	extends eu.europa.esig.dss.spi.validation.CommonCertificateVerifier {
}
