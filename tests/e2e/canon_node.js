// Reads pairs of lines, a JSON document and a form of it: is it the canonical
// one (RFC 8785)? Property names sort by UTF-16 code units by default.
'use strict';

function canonical(value) {
	if (Array.isArray(value))
		return '[' + value.map(canonical).join(',') + ']';
	if (value === null || typeof value !== 'object')
		return JSON.stringify(value);
	const members = Object.keys(value).sort().map(
		name => JSON.stringify(name) + ':' + canonical(value[name]));
	return '{' + members.join(',') + '}';
}

const text = new TextDecoder('utf-8', {fatal: true})
	.decode(require('fs').readFileSync(0));
const lines = text.split('\n');
let bad = 0;

for (let i = 0; i + 1 < lines.length; i += 2) {
	const want = canonical(JSON.parse(lines[i]));
	if (want !== lines[i + 1] && bad++ < 5)
		console.log(`# ${lines[i]}\n#  want ${want}\n#  got  ${lines[i + 1]}`);
}
const count = (lines.length - 1) / 2;
if (count !== Number(process.argv[2])) {
	console.log(`# ${count} pairs`);
	bad++;
}
process.exit(bad === 0 ? 0 : 1);
