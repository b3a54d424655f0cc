/*
 * err_table.h: number, name, exit code (sysexits(3); 1 is "no"), text.
 *
 *   1..29   any module            30..59  JSON, UTF-8, numbers
 *  60..79   base64, DER           80..109 header, to-be-signed, leaf, summary
 * 110..139  token (PKCS#11)      140..169 certificates
 * 170..199  log                  200..229 queue, store, batch
 * 230..249  configuration        250..279 processes and their messages
 * 280..299  EDC check, prepare   300..339 verification of seals
 * 340..379  XML                   400..429 appliance and its console
 * 440..459  timestamps            460..469 network
 * 470..489  revocation data
 */
#ifndef COMMON_ERR_TABLE_H
#define COMMON_ERR_TABLE_H

/* clang-format off */
#define ERR_TABLE(X) \
X(0,   OK,                    0, "no error") \
X(1,   INTERNAL,             70, "internal error, please report it") \
X(2,   NO_MEMORY,            71, "out of memory") \
X(3,   IO,                   74, "input or output failed") \
X(4,   USAGE,                64, "wrong usage") \
X(5,   CANCELLED,             1, "cancelled") \
X(6,   TIMEOUT,              75, "timed out") \
X(7,   NOT_FOUND,            66, "not found") \
X(8,   EXISTS,               73, "exists already") \
X(9,   TOO_LARGE,            65, "larger than the bound") \
X(10,  BUFFER,               70, "buffer too small") \
X(11,  DENIED,               77, "permission denied") \
X(12,  NO_SPACE,             74, "no space left on the device") \
X(13,  NOT_REGULAR,          66, "not a regular file") \
X(14,  UNSUPPORTED,          69, "not supported") \
X(15,  REFUSED,               1, "refused") \
X(16,  READ_ONLY,            74, "file system is read-only") \
X(17,  CLOCK,                75, "the clock is behind the last entry") \
\
X(30,  JSON_SYNTAX,          65, "not JSON") \
X(31,  JSON_TRUNCATED,       65, "input ends inside the document") \
X(32,  JSON_TRAILING,        65, "bytes after the end of the document") \
X(33,  JSON_DEPTH,           65, "nested deeper than the bound") \
X(34,  JSON_DUPLICATE_NAME,  65, "member name occurs twice in one object") \
X(35,  JSON_SURROGATE,       65, "lone surrogate in a string") \
X(36,  JSON_NUMBER_RANGE,    65, "number beyond the range of a double") \
X(37,  JSON_EMPTY,           65, "empty input, a JSON document was expected") \
X(38,  JSON_BOM,             65, "byte order mark before the document") \
X(39,  JSON_CONTROL,         65, "control character in a string") \
X(40,  JSON_ESCAPE,          65, "unknown escape in a string") \
X(41,  JSON_NAMES_LENGTH,    65, "open member names longer than the bound") \
X(42,  UTF8_INVALID,         65, "not UTF-8") \
X(43,  JSON_NUMBER_SYNTAX,   65, "not a JSON number") \
X(44,  JSON_LITERAL,         65, "not one of true, false, null") \
X(45,  TIME_SYNTAX,          65, "not a time like YYYY-MM-DDThh:mm:ssZ") \
X(50,  JCS_WHITESPACE,        1, "white space between tokens") \
X(51,  JCS_ORDER,             1, "member names not in canonical order") \
X(52,  JCS_ESCAPE,            1, "string escape is not the canonical one") \
X(53,  JCS_NUMBER,            1, "number is not in its canonical form") \
\
X(60,  BASE64_SYNTAX,        65, "not base64") \
X(61,  DER_SYNTAX,           65, "not DER") \
X(62,  DER_TRUNCATED,        65, "DER ends too early") \
X(63,  DER_TAG,              65, "unexpected DER tag") \
X(64,  DER_RANGE,            65, "DER value out of range") \
\
X(80,  HEADER_COMPOSE,       70, "protected header cannot be composed") \
X(81,  HEADER_DIFFERS,        1, "protected header is not the composed one") \
X(82,  LEAF_SYNTAX,          65, "not a leaf encoding") \
X(83,  APPROVAL_SYNTAX,      65, "not an approval encoding") \
X(84,  MERKLE_PROOF,          1, "proof does not lead to the root") \
X(85,  ALGORITHM,            65, "unknown or unsuitable algorithm") \
X(86,  KIND,                 65, "unknown kind of item") \
X(87,  PROFILE,              65, "unknown profile") \
\
X(110, TOKEN_ABSENT,         69, "token is not present") \
X(111, TOKEN_MODULE,         69, "PKCS#11 module cannot be loaded") \
X(112, TOKEN_URI,            78, "not a PKCS#11 URI") \
X(113, TOKEN_AMBIGUOUS,      78, "more than one object matches the URI") \
X(114, TOKEN_KEY_ABSENT,     69, "key is not in the token") \
X(115, TOKEN_KEY_MISMATCH,   78, "key in the token is not the certificate's") \
X(116, TOKEN_MECHANISM,      69, "token cannot do this algorithm") \
X(117, TOKEN_FAILED,         69, "token failed") \
X(118, TOKEN_LOGGED_OUT,     77, "token needs its PIN") \
X(119, PIN_WRONG,            77, "wrong PIN") \
X(120, PIN_LOCKED,           77, "PIN is locked") \
X(121, PIN_FINAL_TRY,        77, "only one PIN try is left: not used") \
X(122, PIN_LENGTH,           77, "PIN is too short or too long") \
X(123, PIN_NOT_SET,          77, "token has no user PIN yet") \
X(124, PIN_STOPPED,          77, "an earlier PIN was wrong: no further try") \
X(125, SIGNATURE_INVALID,    70, "token returned a wrong signature") \
X(126, TOKEN_BUSY,           75, "another program uses the token") \
\
X(140, CERT_SYNTAX,          65, "not an X.509 certificate") \
X(141, CERT_EXPIRED,         78, "certificate has expired") \
X(142, CERT_NOT_YET_VALID,   78, "certificate is not valid yet") \
X(143, CERT_NOT_SEAL,        78, "not a certificate for electronic seals") \
X(144, CERT_CHAIN,            1, "no chain to a trust anchor") \
X(145, CERT_KEY_USAGE,       78, "key usage does not allow seals") \
X(146, CERT_NO_ORGANISATION, 78, "certificate names no organisation") \
X(147, CERT_CHANGED,         78, "certificate is not the one of the batch") \
X(148, CERT_KEY,             65, "unsupported public key") \
X(149, CERT_SIGNATURE,        1, "signature on the certificate is wrong") \
X(150, CERT_ABSENT,          78, "key has no certificate yet") \
\
X(170, LOG_CORRUPT,          65, "log is damaged") \
X(171, LOG_FORK,             65, "log contradicts an earlier checkpoint") \
X(172, LOG_CHECKPOINT,       65, "checkpoint is malformed or not signed") \
X(173, LOG_ENTRY,            65, "log entry breaks its rules") \
X(174, LOG_SEALED_ALREADY,    1, "credential is sealed already") \
X(175, LOG_PROOF,            65, "not a log proof") \
X(176, LOG_KEY,              78, "log key is missing or unusable") \
X(177, LOG_KIND,             70, "entry of this kind not allowed from there") \
X(178, LOG_NOT_THERE,         1, "not in the log") \
X(179, LOG_BUSY,             75, "another process writes this log") \
\
X(200, QUEUE_NEWER,          78, "queue was written by a newer version") \
X(201, QUEUE_CORRUPT,        65, "queue is damaged") \
X(202, QUEUE_DUPLICATE,       1, "credential was accepted before") \
X(203, BATCH_UNKNOWN,        66, "no such batch") \
X(204, BATCH_STATE,           1, "batch is not in the state for this") \
X(205, BATCH_EMPTY,           1, "batch is empty") \
X(206, BATCH_FULL,           65, "batch has reached its bound") \
X(207, ITEM_UNKNOWN,         66, "no such item") \
X(208, STORE_CORRUPT,        65, "stored bytes do not match their digest") \
X(209, NAME_INVALID,         65, "name has characters that are not allowed") \
X(210, RELEASED_ALREADY,      1, "a file of that name is there already") \
\
X(230, CONFIG_SYNTAX,        78, "configuration cannot be read") \
X(231, CONFIG_UNKNOWN_KEY,   78, "unknown key in the configuration") \
X(232, CONFIG_VALUE,         78, "value not allowed in the configuration") \
X(233, STATION_ABSENT,       78, "no station there: run 'zegel init'") \
X(234, STATION_BUSY,         69, "another daemon runs on this station") \
X(235, STATION_MODE,         78, "not allowed in this station mode") \
X(236, CONFIG_DUPLICATE_KEY, 78, "occurs twice in the configuration") \
X(237, CONFIG_MISSING_KEY,   78, "required key is not in the configuration") \
X(238, CONFIG_OPEN_TO_OTHERS, 78, "configuration may be changed by others") \
\
X(250, DAEMON_ABSENT,        69, "no daemon is running on this station") \
X(251, MESSAGE_SYNTAX,       70, "malformed message between processes") \
X(252, PEER_GONE,            70, "the other process is gone") \
X(253, APPROVAL_ABSENT,       1, "no approval covers this") \
X(254, APPROVAL_EXPIRED,      1, "approval has expired") \
X(255, APPROVAL_MISMATCH,     1, "not under the approved root") \
X(256, APPROVER_UNKNOWN,     77, "this person may not approve") \
X(259, DAEMON_START,         69, "the daemon could not be started") \
X(260, APPLIANCE_ABSENT,     69, "no appliance is connected") \
X(261, APPLIANCE_UNKNOWN,    78, "appliance is not the enrolled one") \
X(262, APPLIANCE_NOT_ENROLLED, 78, "no appliance is enrolled here") \
X(263, APPLIANCE_BUSY,       75, "appliance is busy with another batch") \
X(264, APPROVAL_SIGNATURE,    1, "not signed by the enrolled appliance") \
X(265, APPROVAL_COUNTER,      1, "appliance's counter did not grow") \
X(266, APPROVAL_DIFFERS,      1, "approval is about something else") \
X(267, APPROVAL_MEANS,       77, "means of approval is not allowed here") \
\
X(280, EDC_RULES,            65, "draft breaks rules of its profile") \
X(281, EDC_SEALED_ALREADY,   65, "input is sealed already") \
X(282, EDC_NOT_CREDENTIAL,   65, "not a European Digital Credential") \
X(283, EDC_SCHEMA_UNKNOWN,   65, "unknown credential schema") \
X(284, EDC_OTHER_ISSUER,     65, "draft names another issuer") \
X(285, EDC_NO_ISSUER,        65, "draft names no issuer") \
\
X(300, VERIFY_INVALID,        1, "seal is not valid") \
X(301, VERIFY_INDETERMINATE,  1, "validity cannot be determined") \
X(302, VERIFY_FORMAT,        65, "not a sealed credential") \
\
X(340, XML_SYNTAX,           65, "not XML") \
X(341, XML_TRUNCATED,        65, "input ends inside the document") \
X(342, XML_TRAILING,         65, "text outside the root element") \
X(343, XML_EMPTY,            65, "empty input, an XML document was expected") \
X(344, XML_DEPTH,            65, "nested deeper than the bound") \
X(345, XML_NAMES_LENGTH,     65, "open element names longer than the bound") \
X(346, XML_NAMESPACES,       65, "more or longer namespaces than the bound") \
X(347, XML_NAME,             65, "not a name") \
X(348, XML_CHARACTER,        65, "character that XML does not allow") \
X(349, XML_END_TAG,          65, "end tag is not that of the open element") \
X(350, XML_PREFIX,           65, "namespace prefix is not declared") \
X(351, XML_DUPLICATE_ATTRIBUTE, 65, "attribute occurs twice in one tag") \
X(352, XML_DECLARATION,      65, "declares a namespace that may not be") \
X(353, XML_NAMESPACE_NAME,   65, "namespace name is not an absolute URI") \
X(354, XML_DOCTYPE,          65, "document type declaration: never read") \
X(355, XML_PI_TARGET,        65, "reserved name of a processing instruction") \
X(356, XML_COMMENT,          65, "two hyphens in a comment") \
X(357, XML_DUPLICATE_ID,     65, "two elements have the same Id") \
X(358, XML_ENCODING,         65, "not in UTF-8: convert it first") \
X(359, XML_ENTITY,           65, "reference to an entity: none is declared") \
X(360, XML_VERSION,          65, "not XML 1.0") \
X(365, C14N_BOM,              1, "byte order mark before the document") \
X(366, C14N_XML_DECLARATION,  1, "XML declaration: canonical XML has none") \
X(367, C14N_WHITESPACE,       1, "white space that canonical XML has not") \
X(368, C14N_NEWLINE,          1, "a line feed and no more was expected") \
X(369, C14N_EMPTY_TAG,        1, "empty-element tag, not start and end tag") \
X(370, C14N_QUOTE,            1, "value is not in quotation marks") \
X(371, C14N_CDATA,            1, "CDATA section: canonical XML has none") \
X(372, C14N_ESCAPE,           1, "reference is not the canonical one") \
X(373, C14N_UNESCAPED,        1, "character that has to be a reference") \
X(374, C14N_COMMENT,          1, "comment, and the method drops them") \
X(375, C14N_ORDER,            1, "attributes not in canonical order") \
X(376, C14N_REDUNDANT,        1, "namespace declared that is so already") \
X(377, C14N_UNUSED,           1, "namespace declared where nothing uses it") \
X(378, C14N_DIFFERS,          1, "departs from the canonical form") \
\
X(400, FRAME_SYNTAX,         70, "not a frame of the console") \
X(401, FRAME_CHECK,          70, "check sum of a frame is wrong") \
X(402, CONSOLE_MESSAGE,      70, "malformed message on the console") \
X(403, CONSOLE_ORDER,        70, "message not expected in this state") \
X(404, CONSOLE_VERSION,      69, "no common version of the console") \
X(405, CONSOLE_CREDIT,       70, "more was sent than there is credit for") \
X(406, ITEM_ORDER,           70, "item is not the next one of its batch") \
X(407, ITEM_LENGTH,          65, "item is not as long as announced") \
X(408, ITEM_DIGEST,           1, "host and appliance hash different bytes") \
X(409, ITEM_FORM,            65, "unknown form of an item") \
X(410, TICKET,                1, "ticket is not of this item and batch") \
X(411, SUMMARY_DIFFERS,       1, "summary is not the one that was hashed") \
X(412, SUMMARY_SYNTAX,       65, "not the encoding of a summary") \
X(413, TIME_BACKWARDS,        1, "time is before the last approval") \
X(414, NOT_CONSENTED,         1, "refused on the appliance") \
X(415, PUK_WRONG,            77, "wrong PUK") \
X(416, PUK_LOCKED,           77, "PUK tries are used up") \
X(417, KEY_STORE,            70, "key store of the appliance is damaged") \
X(418, KEY_EXISTS,            1, "appliance has a seal key: reset it first") \
X(419, KEY_WIPED,            77, "no try is left: the seal key is wiped") \
\
X(440, TSA_REFUSED,          69, "timestamp authority refuses the request") \
X(441, TSP_RESPONSE,         65, "not the answer of a timestamp authority") \
X(442, TSP_TOKEN,            65, "not a timestamp token") \
X(443, TSP_IMPRINT,           1, "timestamp is for other data") \
X(444, TSP_NONCE,             1, "timestamp answers another request") \
X(445, TSP_POLICY,            1, "timestamp is by another policy") \
X(446, TSP_CONTENT,           1, "timestamp was changed after it was signed") \
X(447, TSP_SIGNATURE,         1, "signature of the timestamp is wrong") \
X(448, TSP_NO_SIGNER,         1, "certificate of the timestamp is not there") \
X(449, TSP_CERTIFICATE,       1, "timestamp is bound to another certificate") \
X(450, TSP_USAGE,             1, "certificate is not for timestamps alone") \
X(451, TSP_EXPIRED,           1, "certificate was not valid at that time") \
X(452, TSP_CLOCK,             1, "timestamp disagrees with the clock") \
X(453, TSP_SELF_SIGNED,       1, "timestamp is self-signed: proves nothing") \
X(454, TSP_UNTRUSTED,         1, "timestamp is by no trusted authority") \
X(455, TSP_ALGORITHM,         1, "timestamp uses an algorithm not accepted") \
X(456, TSA_LATER,            75, "no timestamp authority can be asked now") \
X(457, TSA_ABSENT,           78, "no timestamp authority is configured") \
\
X(460, NET_URL,              78, "not an address of http or https") \
X(461, NET_FAILED,           75, "no answer from the server") \
X(462, NET_STATUS,           75, "the server answers with an error") \
X(463, NET_LATER,            75, "the server asks to come back later") \
X(464, NET_TYPE,             75, "the server answers something else") \
\
X(470, REVOKED,               1, "certificate is revoked") \
X(471, REVOCATION_UNKNOWN,    1, "not known whether it was revoked") \
X(472, REVOCATION_STALE,      1, "revocation data is out of date") \
X(473, REVOCATION_FUTURE,     1, "revocation data is from the future") \
X(474, REVOCATION_EXTENSION,  1, "unknown critical extension") \
X(475, OCSP_SYNTAX,          65, "not an OCSP response") \
X(476, OCSP_REFUSED,         69, "OCSP responder does not answer") \
X(477, OCSP_CERTIFICATE,      1, "OCSP response is for another certificate") \
X(478, OCSP_RESPONDER,        1, "OCSP response is by nobody entitled to it") \
X(479, OCSP_USAGE,            1, "signer's certificate is not for OCSP") \
X(480, OCSP_EXPIRED,          1, "signer's certificate was not valid then") \
X(481, OCSP_SIGNATURE,        1, "signature of the OCSP response is wrong") \
X(482, OCSP_NONCE,            1, "OCSP response answers another request") \
X(483, CRL_SYNTAX,           65, "not a certificate revocation list") \
X(484, CRL_NO_NEXT_UPDATE,    1, "CRL does not say how long it holds") \
X(485, CRL_ISSUER,            1, "CRL is by another authority") \
X(486, CRL_SIGNATURE,         1, "signature of the CRL is wrong") \
X(487, CRL_USAGE,             1, "issuer may not sign CRLs") \
X(488, CRL_SCOPE,             1, "CRL does not cover this certificate") \
X(489, CRL_DELTA,             1, "CRL holds changes only") \
\
X(490, TOKEN_SILENT,         69, "token does not answer") \
\
X(500, PROFILE_LEVEL,        78, "profile has no such level") \
X(501, PROFILE_DIFFERS,      64, "batch is of another profile")
/* clang-format on */

#endif
