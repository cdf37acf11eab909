import {printable} from '../core/printable.ts';
import {isMeasured} from '../core/report.ts';
import {localTime, shortId} from '../core/run-words.ts';
import {BenchtopError} from '../errors.ts';
import type {Store, StoredRun} from '../store/store.ts';
import {baselineNameFault} from './find-runs.ts';

/** Throws a BenchtopError when a baseline cannot be called so. */
export const checkBaselineName = (name: string): void => {
	const fault = baselineNameFault(name);
	if (fault === undefined) return;
	throw new BenchtopError(`A baseline cannot be called ${JSON.stringify(name)}: ${fault}.`, {
		hint: 'Choose a word such as main or release-2.',
	});
};

/**
 * Makes a run the baseline of its benchmark under a name. Returns the words for it, and what speaks against the run.
 * Rejects with a BenchtopError when nothing could be held against it.
 */
export const nameBaseline = async (
	store: Store,
	name: string,
	run: StoredRun,
): Promise<{readonly said: string; readonly warnings: readonly string[]}> => {
	checkBaselineName(name);
	if (!isMeasured(run)) {
		throw new BenchtopError(
			`The run ${run.id} of ${JSON.stringify(run.name)} ${run.ending.state === 'failed' ? 'failed' : 'has no successful operation'}, so nothing can be held against it.`,
			{hint: 'Choose another run: benchtop history lists them.'},
		);
	}

	await store.setBaseline({name, benchmark: run.name, runId: run.id, setAt: new Date().toISOString()});
	const reasons = run.validity.reasons.map(({message}) => printable(message)).join(' ');
	const {round} = run.plan;
	const rounds = round === undefined || round.of < 2 ? '' : `, with the other rounds of its ${round.of}`;
	return {
		said: `The baseline ${printable(name)} of ${printable(run.name)} is now run ${shortId(run.id)} (${localTime(run.began)})${rounds}.`,
		warnings: [
			...(run.ending.state === 'stopped' ? ['this run was stopped before its planned end.'] : []),
			...(run.validity.trustworthy ? [] : [`the figures of this run are in doubt. ${reasons}`]),
		],
	};
};
