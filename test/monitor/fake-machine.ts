import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {Machine} from '../../source/monitor/machine.ts';

export type FakeMachine = Machine & {
	/** Writes a file below the root, in place, so that who has it open reads the new text. */
	readonly write: (path: string, text: string | Uint8Array) => void;
	readonly link: (path: string, to: string) => void;
	readonly remove: (path: string) => void;
	readonly advance: (milliseconds: number) => void;
};

/** A folder that looks like a machine, with a clock that stands still. Removed when the test is over. */
export const fakeMachine = (files: Readonly<Record<string, string>> = {}): FakeMachine => {
	const root = mkdtempSync(join(tmpdir(), 'benchtop-machine-'));
	onTestFinished(() => rmSync(root, {recursive: true, force: true}));
	let time = 1000;
	const place = (path: string): string => {
		const full = join(root, path);
		mkdirSync(dirname(full), {recursive: true});
		return full;
	};

	const machine: FakeMachine = {
		root,
		now: () => time,
		write: (path, text) => writeFileSync(place(path), text),
		link: (path, to) => symlinkSync(to, place(path)),
		remove: (path) => rmSync(join(root, path), {recursive: true, force: true}),
		advance: (milliseconds) => {
			time += milliseconds;
		},
	};
	for (const [path, text] of Object.entries(files)) machine.write(path, text);
	return machine;
};
