// canon_bench.js MODULES FOLDER: JSON.parse, npm's canonicalize and SHA-256 on
// the files there, for two seconds of CPU. Prints "npm MB/S" by octets of input.
'use strict';
const {createHash} = require('crypto');
const fs = require('fs');
const path = require('path');

const [modules, folder] = process.argv.slice(2);
const canonicalize = require(path.resolve(modules, 'canonicalize'));
const files = fs.readdirSync(folder).map(
	name => fs.readFileSync(path.join(folder, name)));
const octets = files.reduce((sum, f) => sum + f.length, 0);

function round() {
	for (const file of files)
		createHash('sha256').update(
			canonicalize(JSON.parse(file.toString('utf8'))))
			.digest();
}

round();
const start = process.cpuUsage();
let rounds = 0, seconds;
do {
	round();
	rounds++;
	const used = process.cpuUsage(start);
	seconds = (used.user + used.system) / 1e6;
} while (seconds < 2);
console.log(`npm ${(rounds * octets / seconds / 1e6).toFixed(1)}`);
