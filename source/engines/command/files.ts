import {
	closeSync,
	constants,
	fstatSync,
	mkdtempSync,
	openSync,
	readSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {devNull, tmpdir} from 'node:os';
import {join} from 'node:path';
import type {CommandPlan} from './plan.ts';
import {lastLinesOf} from './tail.ts';

/** The environment variable that names the file a command may tell its metrics in. */
export const metricsVariable = 'BENCHTOP_METRICS';

/** Output that is kept is emptied at so many bytes: it is there for its end. */
const mostOutput = 16 * 1024 * 1024;

/** Writing more output than this takes time that shows. Bytes. */
const muchOutput = 1024 * 1024;

const sizeOf = (path: string): number => {
	try {
		return statSync(path).size;
	} catch {
		// Nothing has been written.
		return 0;
	}
};

/** The end of a file; of what is none, such as a pipe that nobody writes to or a device that never ends, nothing. */
const textOf = (path: string): string => {
	let file: number | undefined;
	try {
		file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
		const stat = fstatSync(file);
		const {size} = stat;
		const length = stat.isFile() ? Math.min(size, mostOutput) : 0;
		const bytes = Buffer.alloc(length);
		return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, size - length));
	} catch {
		return '';
	} finally {
		if (file !== undefined) closeSync(file);
	}
};

/** The files that the commands of a plan read and write, in a folder of their own. */
export const openFiles = (plan: Pick<CommandPlan, 'stdin' | 'metrics' | 'output'>) => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-command-'));
	const inFolder = (name: string): string => join(folder, name);
	const [input, output, errors] = [inFolder('input'), inFolder('output'), inFolder('errors')];
	const metrics = inFolder('metrics.json');
	if (plan.stdin !== undefined && 'text' in plan.stdin) writeFileSync(input, plan.stdin.text, {mode: 0o600});
	const told = plan.metrics === 'stdout';
	const kept = plan.output === 'keep';
	let curbed = false;
	return {
		/** Of the measured command. */
		ofRun: {
			input: plan.stdin === undefined ? devNull : 'file' in plan.stdin ? plan.stdin.file : input,
			output: kept || told ? output : devNull,
			// Both in one file come in the order in which they were written.
			errors: kept ? (told ? errors : output) : devNull,
		},
		/** Of the commands around it. */
		ofStep: {input: devNull, output, errors: output},
		metrics,
		/** Before a run: what an earlier one told is not this one's. */
		forget(): void {
			rmSync(metrics, {force: true, recursive: true});
			curbed = false;
		},
		/** What the last run told of itself. */
		told: () => textOf(told ? output : metrics),
		/** Output of which only the end matters is not let grow. */
		curb(): void {
			if (told || sizeOf(output) <= mostOutput) return;
			curbed = true;
			truncateSync(output);
		},
		/** Whether the last run wrote so much output that it shows in its time. */
		isMuch(): boolean {
			const much = curbed || sizeOf(output) + sizeOf(errors) > muchOutput;
			curbed = false;
			return much;
		},
		lastLines: (count: number): readonly string[] => {
			const lines = lastLinesOf(output, count);
			return told && kept ? [...lines, ...lastLinesOf(errors, count)].slice(-count) : lines;
		},
		close: () => rmSync(folder, {recursive: true, force: true}),
	};
};

export type Files = ReturnType<typeof openFiles>;
