// jose.mjs [--all] FOLDER...: every sealed file below these folders, verified
// by npm's jose (build/npm). TAP. --all: there has to be one at each level and
// with a content timestamp, with both forms of the signing time and every
// algorithm, as dss/seal.py makes them; what is beside the signature (etsiU) is
// nothing that jose looks at.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(process.cwd() + "/build/npm/package.json");
const {
  compactVerify,
  decodeProtectedHeader,
  flattenedVerify,
  generalVerify,
  importX509,
} = require("jose");

// jose knows b64 by itself; what else a file declares critical, it wants to
// be told that the caller looks after.
const critical = { sigT: true, adoTst: true };

const ALGORITHMS = "ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512";

function pem(x5c) {
  return `-----BEGIN CERTIFICATE-----\n${x5c.match(/.{1,64}/g).join("\n")}\n` +
    "-----END CERTIFICATE-----\n";
}

async function keyOf(header) {
  return importX509(pem(header.x5c[0]), header.alg);
}

// A text is the compact serialisation.
async function verify(jws) {
  const header = decodeProtectedHeader(jws.signatures?.[0] ?? jws);
  const check = typeof jws === "string"
    ? compactVerify
    : jws.signatures
      ? generalVerify
      : flattenedVerify;
  const key = await keyOf(header);
  const done = await check(jws, key, {
    algorithms: [header.alg],
    crit: critical,
  });
  return { alg: header.alg, payload: new TextDecoder().decode(done.payload) };
}

function read(path) {
  const text = readFileSync(path, "utf8");
  return path.endsWith(".jws") ? text : JSON.parse(text);
}

// The payload as a text, wherever it stands and however.
function payloadOf(jws) {
  const text = typeof jws === "string" ? jws.split(".")[1] : jws.payload;
  return text[0] === "{" ? text : Buffer.from(text, "base64url").toString();
}

function withPayload(jws, payload) {
  const encoded = Buffer.from(payload).toString("base64url");
  if (typeof jws === "string") {
    const [header, , signature] = jws.split(".");
    return [header, encoded, signature].join(".");
  }
  return { ...jws, payload: jws.payload[0] === "{" ? payload : encoded };
}

async function isRefused(jws) {
  try {
    await verify(jws);
    return false;
  } catch (e) {
    return e.code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  }
}

function* sealedFiles(folders) {
  for (const folder of folders) {
    const entries = readdirSync(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* sealedFiles([path]);
      else if (/\.sealed\.(jsonld|jws)$/.test(path)) yield path;
    }
  }
}

const words = process.argv.slice(2);
const all = words[0] === "--all";
const seen = new Map(); // algorithms that verified, by iat, iat-T, ...

let count = 0;
let failed = 0;
function result(good, what) {
  count++;
  if (!good) failed++;
  console.log(`${good ? "" : "not "}ok ${count} - ${what}`);
}

for (const path of sealedFiles(all ? words.slice(1) : words)) {
  const parts = path.split("/");
  const name = parts.slice(all ? -3 : -2).join("/");
  const jws = read(path);
  let text;
  try {
    const done = await verify(jws);
    // A digit put in place of another one further back in the document.
    text = done.payload;
    result(text === payloadOf(jws), `jose verifies ${name} (${done.alg})`);
    const what = parts.at(-3);
    seen.set(what, (seen.get(what) ?? new Set()).add(done.alg));
  } catch (e) {
    result(false, `jose verifies ${name}: ${e.message}`);
    continue;
  }
  const at = text.search(/[0-9](?=[^0-9]*$)/);
  const digit = text[at] === "0" ? "1" : "0";
  const other = text.slice(0, at) + digit + text.slice(at + 1);
  result(
    await isRefused(withPayload(jws, other)),
    "and refuses it with another payload",
  );
}
if (all) {
  for (const time of ["iat", "sigT"]) {
    for (const level of ["", "-T", "-LT", "-LTA", "-adoTst", "-adoTst-LTA"]) {
      const found = [...(seen.get(time + level) ?? [])].sort().join(" ");
      result(found === ALGORITHMS, `${time}${level}: ${found}`);
    }
  }
}
console.log(`1..${count}`);
process.exit(failed > 0 || count === 0 ? 1 : 0);
