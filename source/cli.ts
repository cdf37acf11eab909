#!/usr/bin/env node
// The entry. Nothing is imported before the Node version is known to fit, and nothing more than a command needs.
import {version} from './version.ts';

const leastMajor = 22;
const leastMinor = 13;

const nodeFits = (): boolean => {
	const parts = process.versions.node.split('.').map(Number);
	const major = parts[0] ?? 0;
	return major > leastMajor || (major === leastMajor && (parts[1] ?? 0) >= leastMinor);
};

/**
 * Keeps compiled code for the next start. What the first start did not call is not kept, and is compiled each time from
 * then on: so a screen, whose start is waited for, shares nothing with starts that print a line and go.
 */
const keepCompiled = (words: readonly string[]): void => {
	const {enableCompileCache} = process.getBuiltinModule('node:module');
	const {tmpdir} = process.getBuiltinModule('node:os');
	const {join} = process.getBuiltinModule('node:path');
	const isScreen = process.stdout.isTTY === true && !words.some((word) => word === '--help' || word === '-h');
	enableCompileCache(join(tmpdir(), 'node-compile-cache', isScreen ? 'benchtop-screen' : 'benchtop'));
};

const words = process.argv.slice(2);
if (!nodeFits()) {
	process.stderr.write(
		`benchtop needs Node.js ${leastMajor}.${leastMinor} or later; this is ${process.versions.node}.\nInstall a current one from https://nodejs.org, or run it with: npx -p node@24 -p benchtop benchtop\n`,
	);
	process.exitCode = 2;
} else if (words.length === 1 && (words[0] === '--version' || words[0] === '-v')) {
	process.stdout.write(`${version}\n`);
} else {
	keepCompiled(words);
	const {main} = await import('./program.ts');
	process.exit(await main(words));
}
