import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export const median = (values: readonly number[]): number => {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** Median, least and most of some ratios, as one cell. */
export const spread = (ratios: readonly number[]): string =>
	`${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;

/** Wall milliseconds of one process from its start to its end. */
export const wallOf = (words: readonly string[]): number => {
	const begin = performance.now();
	const {status} = spawnSync(process.execPath, words, {stdio: ['ignore', 'pipe', 'pipe']});
	if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`);
	return performance.now() - begin;
};

/** Starts the built-in demo server and gives its origin. */
export const startDemo = async (): Promise<{origin: string; stop: () => void}> => {
	const child = spawn(process.execPath, [fileURLToPath(new URL('../../dist/demo.js', import.meta.url))], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [chunk]: unknown[] = await once(child.stdout, 'data');
	return {origin: String(chunk).trim(), stop: () => child.kill()};
};
