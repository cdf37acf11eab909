import {formatCount, formatDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {LocustPlan} from './plan.ts';
import type {ToldOf} from './told.ts';

/** Why a run cannot go on as it was planned, by what Locust says when it has read its files. Exit code 4. */
export const refusalOf = (plan: LocustPlan, {shape = null}: ToldOf<'hello'>): BenchtopError | undefined => {
	if (shape !== null && !plan.shape) {
		return new BenchtopError(`The LoadTestShape ${shape} says how many users there are, and when it is over.`, {
			hint: 'Say so: --shape, or shape: true; without users and spawnRate.',
			exitCode: 4,
		});
	}

	if (shape !== null || !plan.shape) return undefined;
	return new BenchtopError('There is no LoadTestShape in these files.', {hint: 'Leave out shape.', exitCode: 4});
};

/** What of Locust's own configuration does not hold under benchtop. */
export const setAside = ({time = null, resets}: ToldOf<'hello'>): readonly string[] => [
	...(resets === true ? ["Locust's own configuration asks for reset-stats: benchtop's warm-up takes its place."] : []),
	...(time === null ? [] : [`Locust's own configuration asks for ${time} s: benchtop's duration counts.`]),
];

/** How workers of other hosts are waited for: in words, and as the error of those that did not come. */
export const waitingFor = (workers: number, master: NonNullable<LocustPlan['master']>, port: number) => {
	const {host, expect, patience} = master;
	const where = ['*', '0.0.0.0', '[::]'].includes(host) ? 'THIS-HOST' : host;
	const ways = `locust -f - --worker --master-host ${where} --master-port ${port}`;
	return {
		words: `Waiting for ${formatCount(expect)} ${expect === 1 ? 'worker' : 'workers'} of other hosts: ${ways}`,
		missed: (present: number): BenchtopError =>
			new BenchtopError(
				`${formatCount(workers + expect - present)} of ${formatCount(workers + expect)} workers did not join within ${formatDuration(patience)}.`,
				{hint: `On their hosts: ${ways}`, exitCode: 4},
			),
	};
};
