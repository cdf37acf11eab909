import {newRunId} from '../config/http-flags.ts';
import type {RunPlan} from '../core/plan.ts';
import {redacted} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';

const entriesOf = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
	typeof value === 'object' && value !== null ? Object.entries(value) : [];

const isRedacted = (value: unknown): boolean => typeof value === 'string' && value.includes(redacted);

/** What of a stored plan was not kept, each with the flag that gives it again. */
const losses = (load: unknown): ReadonlyArray<readonly [what: string, flag: string]> =>
	entriesOf(load).flatMap(([name, value]): ReadonlyArray<readonly [string, string]> => {
		if (name === 'headers') {
			return entriesOf(value)
				.filter(([, text]) => isRedacted(text))
				.map(([header]) => [`${header} header`, '-H …']);
		}

		if (name === 'body') return [['body', '-b …']];
		// Bodies and rows are told by their hashes.
		if (name === 'scenario' || name === 'data' || name === 'variables')
			return /"sha256"|\*\*\*/.test(JSON.stringify(value)) ? [['data', '']] : [];
		return isRedacted(value) ? [[name === 'url' ? 'secret in the URL' : name, '']] : [];
	});

/** Whether another tool ran it, whose results alone are here. */
const isImported = (load: unknown): boolean =>
	entriesOf(load).some(([name, value]) => name === 'imported' && value === true);

/** What was not kept of a stored plan, and how to give it again; `undefined` when it can be run as it was. */
export const lostOf = ({load, name}: Pick<RunPlan, 'load' | 'name'>): string | undefined => {
	if (isImported(load)) return 'it was imported: the tool that measured it runs it again';
	const lost = losses(load);
	if (lost.length === 0) return undefined;
	if (lost.some(([what]) => what === 'data')) return `what its users send was not kept: benchtop run ${name}`;
	const what = lost.map(([name]) => name).join(' and its ');
	const flags = [...new Set(lost.map(([, flag]) => flag))].filter((flag) => flag !== '').join(' ');
	return `its ${what} ${lost.length === 1 ? 'was' : 'were'} not kept: benchtop <url>${flags === '' ? '' : ` ${flags}`}`;
};

/** A stored plan as that of a new run. Throws a BenchtopError when something of it was not kept. */
export const planAgain = (plan: RunPlan): RunPlan => {
	const lost = lostOf(plan);
	if (lost !== undefined) {
		throw new BenchtopError(`${plan.target} cannot be run again as it was.`, {
			hint: isImported(plan.load) ? `Since ${lost}.` : `What is secret is never stored: ${lost}`,
		});
	}

	// Alone, it is of no suite, and nobody's side.
	const {suite: _, round: __, side: ___, ...alone} = plan;
	// A process id of then is somebody else's by now.
	const {pid: ____, ...watch} = plan.watch;
	return {...alone, id: newRunId(), watch};
};

const demoName = /^demo (\/.*)$/;

/** The path of the demo server that a plan loads; `undefined` of any other plan. */
export const demoPathOf = ({name, target}: RunPlan): string | undefined => {
	const path = demoName.exec(name)?.[1];
	return path !== undefined && target.includes('//127.0.0.1:') ? path : undefined;
};
