// canon_bench.js MODULES FOLDER: JSON.parse, npm's canonicalize and SHA-256 on
// the files there, again and again. Prints "npm MB/S" of input, by the median
// of the rounds' CPU times.
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

function now() {
	const used = process.cpuUsage();
	return (used.user + used.system) / 1e6;
}

// Compiled first: what comes before is not counted.
for (const end = now() + 0.5; now() < end;)
	round();
const seconds = [];
for (const end = now() + 1; now() < end;) {
	const start = now();
	round();
	seconds.push(now() - start);
}
seconds.sort((a, b) => a - b);
const median = seconds[seconds.length >> 1];
console.log(`npm ${(octets / median / 1e6).toFixed(1)}`);
