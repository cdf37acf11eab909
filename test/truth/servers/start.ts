import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import type {TargetLog, TargetPlan} from './plan.ts';

export type TruthTarget = {
	readonly url: string;
	readonly port: number;
	/** What it saw so far. */
	readonly log: () => Promise<TargetLog>;
	readonly close: () => Promise<void>;
};

const entry = fileURLToPath(new URL('run.ts', import.meta.url));

const ask = async <Answer>(child: ChildProcess, question?: string): Promise<Answer> => {
	const answered = once(child, 'message') as Promise<[Answer]>;
	if (question !== undefined) child.send(question);
	const gone = once(child, 'exit').then(([code]) => {
		throw new Error(`The target ended with ${code}.`);
	});
	const [answer] = await Promise.race([answered, gone]);
	return answer;
};

/** A target of known behaviour on loopback, in a process of its own. */
export const startTarget = async (plan: TargetPlan): Promise<TruthTarget> => {
	const child = spawn(process.execPath, [entry, JSON.stringify(plan)], {
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		env: {...process.env, NODE_OPTIONS: ''},
	});
	const {port} = await ask<{port: number}>(child);
	return {
		url: `${plan.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/`,
		port,
		log: () => ask<TargetLog>(child, 'log'),
		async close() {
			const exited = once(child, 'exit');
			child.disconnect();
			await exited;
		},
	};
};
