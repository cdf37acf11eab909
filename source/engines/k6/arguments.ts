import type {K6Plan} from './plan.ts';

/** Where a run of k6 is to write, and listen. */
export type K6Places = {
	/** A named pipe for its points. */
	readonly points: string;
	/** A file for the summary of its end. */
	readonly summary: string;
	/** Of its REST API: 'host:port', or nothing for none. */
	readonly address: string;
	/** The script chooses itself which figures of a metric its summary has, and may rely on them. */
	readonly choosesFigures: boolean;
};

/** With those that k6 leaves out by itself, so that limits on them are told with what they came to. */
const trendFigures = 'avg,min,med,max,p(90),p(95),p(99),p(99.9),count';

const flag = (name: string, value: string | number | undefined): readonly string[] =>
	value === undefined ? [] : [`--${name}`, String(value)];

/** k6 takes no shorter duration, milliseconds: what begins after a shorter one is not counted. */
const shortest = 1000;

/** The words that k6 is started with. `duration`: of the load in milliseconds, warm-up included. No secret is among them. */
export const k6Words = (plan: K6Plan, duration: number | undefined, places: K6Places): readonly string[] => [
	'run',
	...['--verbose', '--log-format', 'json', '--log-output', 'stderr', '--no-color'],
	...['--no-usage-report', '--linger=false', '--include-system-env-vars=true'],
	...['--address', places.address, '--out', `json=${places.points}`],
	...['--summary-export', places.summary],
	...flag('summary-trend-stats', places.choosesFigures ? undefined : trendFigures),
	...flag('config', plan.config),
	...flag('vus', plan.connections),
	...flag('iterations', plan.iterations),
	...(duration === undefined ? [] : ['--duration', `${Math.max(shortest, Math.ceil(duration))}ms`]),
	...(plan.stages ?? []).flatMap((stage) => ['--stage', stage]),
	...flag('rps', plan.rps),
	...Object.entries(plan.tags).flatMap(([name, value]) => ['--tag', `${name}=${value}`]),
	plan.script,
];

/** The environment of its process: the script's variables, and what must hold for the words above to have their effect. */
export const k6Environment = ({environment, variables}: K6Plan): Readonly<Record<string, string>> => ({
	...environment,
	...variables,
	K6_NO_SUMMARY: 'false',
	K6_SUMMARY_MODE: 'compact',
});
