import {createReadStream} from 'node:fs';
import {createInterface} from 'node:readline';
import type {Result} from '../core/result.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import type {StoredBaseline} from '../store/store.ts';
import {isRun, runFault} from './document.ts';

/** The first line of an exported history. */
export const historyHead = {history: 'benchtop', version: 1} as const;

/** A line of an exported history: a run with all that is kept of it, or a baseline of one. */
export type HistoryLine = {readonly run: Result} | {readonly baseline: StoredBaseline};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isBaseline = (value: unknown): value is StoredBaseline =>
	isObject(value) && ['name', 'benchmark', 'runId', 'setAt'].every((name) => typeof value[name] === 'string');

const lineOf = (text: string): HistoryLine | 'head' => {
	const value: unknown = JSON.parse(text);
	if (isObject(value)) {
		if (value.history === historyHead.history) {
			if (value.version === historyHead.version) return 'head';
			throw new Error(`it is of version ${JSON.stringify(value.version)}, and this benchtop knows version 1`);
		}

		if (isBaseline(value.baseline)) return {baseline: value.baseline};
		if ('run' in value) {
			if (isRun(value.run)) return {run: value.run};
			throw new Error(`it is no run: ${runFault(value.run)}`);
		}
	}

	throw new Error('it is neither a run nor a baseline');
};

/** Reads an exported history line by line. Rejects with a BenchtopError that names the file and the line. */
export async function* readHistoryLines(path: string): AsyncGenerator<HistoryLine> {
	let number = 0;
	let isEmpty = true;
	try {
		for await (const text of createInterface({input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY})) {
			number += 1;
			if (text.trim() === '') continue;
			isEmpty = false;
			const line = lineOf(text);
			if (line !== 'head') yield line;
		}
	} catch (error) {
		if (error instanceof BenchtopError) throw error;
		const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		throw new BenchtopError(
			isMissing ? `There is no file ${path}.` : `${path}:${Math.max(1, number)}: ${messageOf(error)}.`,
			{
				hint: 'benchtop store export FILE writes what can be imported. What came before is in the history.',
				cause: error,
			},
		);
	}

	if (!isEmpty) return;
	throw new BenchtopError(`${path} holds nothing.`, {
		hint: 'benchtop store export FILE writes what can be imported, be it a history without a run.',
	});
}
