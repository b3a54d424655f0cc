//! JAdES by the crate `jades`:
//!
//! ```text
//! jades_rs verify FILE...
//! jades_rs seal ALGORITHM KEY.pem CHAIN.pem PAYLOAD FOLDER
//! ```
//!
//! verify prints a line for each file: the file, and its level with "valid" or
//! "not valid", or what the crate has against it. seal writes
//! FOLDER/B-FORM-b64.json for all three forms; a key as PKCS #8.

use std::{env, error::Error, fs, process};

use jades::signer::{JwsAlgorithm, SoftwareSigner};
use jades::{sign_jades_bb, verify_jades, JwsSerialization, SignOptions, VerifyOptions};
use p256::pkcs8::DecodePrivateKey;

fn verify(files: &[String]) -> Result<(), Box<dyn Error>> {
    for file in files {
        let text = fs::read_to_string(file)?;
        let said = match verify_jades(&text, &VerifyOptions::default()) {
            Ok(r) if r.signature_valid => format!("{}\tvalid", r.level),
            Ok(r) => format!("{}\tnot valid", r.level),
            Err(e) => e.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
        };
        println!("{file}\t{said}");
    }
    Ok(())
}

fn chain(pem: &str) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    const END: &str = "-----END CERTIFICATE-----";
    pem.split_inclusive(END)
        .filter(|part| part.contains("BEGIN"))
        .map(|part| {
            let (_, der) = pem_rfc7468::decode_vec(part.trim_start().as_bytes())
                .map_err(|e| e.to_string())?;
            Ok(der)
        })
        .collect()
}

fn signer(alg: &str, key: &str, chain: Vec<Vec<u8>>) -> Result<SoftwareSigner, Box<dyn Error>> {
    Ok(match JwsAlgorithm::from_name(alg)? {
        JwsAlgorithm::ES256 => {
            SoftwareSigner::from_p256(p256::ecdsa::SigningKey::from_pkcs8_pem(key)?, chain)?
        }
        JwsAlgorithm::ES384 => {
            SoftwareSigner::from_p384(p384::ecdsa::SigningKey::from_pkcs8_pem(key)?, chain)?
        }
        other => SoftwareSigner::from_rsa(rsa::RsaPrivateKey::from_pkcs8_pem(key)?, chain, other)?,
    })
}

fn seal(words: &[String]) -> Result<(), Box<dyn Error>> {
    let [alg, key, certificates, payload, folder] = words else {
        return Err("ALGORITHM KEY CHAIN PAYLOAD FOLDER were expected".into());
    };
    let signer = signer(
        alg,
        &fs::read_to_string(key)?,
        chain(&fs::read_to_string(certificates)?)?,
    )?;
    for (name, serialization) in [
        ("compact", JwsSerialization::Compact),
        ("flattened", JwsSerialization::FlattenedJson),
        ("general", JwsSerialization::GeneralJson),
    ] {
        let options = SignOptions {
            serialization,
            ..SignOptions::default()
        };
        let made = sign_jades_bb(&fs::read(payload)?, &signer, &options)?;
        fs::write(format!("{folder}/B-{name}-b64.json"), made)?;
    }
    Ok(())
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let done = match words.split_first() {
        Some((verb, files)) if verb == "verify" => verify(files),
        Some((verb, rest)) if verb == "seal" => seal(rest),
        _ => Err("verify or seal was expected".into()),
    };
    if let Err(e) = done {
        eprintln!("jades_rs: {e}");
        process::exit(1);
    }
}
