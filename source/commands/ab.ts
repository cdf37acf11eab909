import type {Flags} from '../config/flags.ts';
import {keepOptions, loadOptions, viewOptions} from '../config/options.ts';
import type {pairedRuns, SideToRun} from '../config/paired-runs.ts';
import type {ComparisonRule} from '../core/plan.ts';
import {redactWords} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';
import {roundOptions, ruleOf} from './ab-rule.ts';
import type {Command, Surroundings} from './command.ts';
import {suiteOption} from './open-suite.ts';

const usage = 'For example: benchtop ab http://localhost:3000 http://localhost:4000, or benchtop ab --base main';

/** Flags of a load that a suite says itself. */
const ofLoads = loadOptions.filter(({name}) => !['duration', 'warmup', 'tag'].includes(name));

const paired = async (
	sides: Readonly<Record<'base' | 'candidate', SideToRun>>,
	rule: ComparisonRule,
): Promise<ReturnType<typeof pairedRuns>> => {
	const [{pairedRuns: plan}, {roundOrder}, {seededRandom}] = await Promise.all([
		import('../config/paired-runs.ts'),
		import('../stats/round-order.ts'),
		import('../core/random.ts'),
	]);
	return plan(roundOrder(rule.pairs, seededRandom(rule.seed)), sides, rule);
};

const compareUrls = async (
	words: readonly string[],
	flags: Flags,
	surroundings: Surroundings,
	rule: ComparisonRule,
): Promise<number> => {
	const [first, second, ...more] = words;
	if (first === undefined || second === undefined || more.length > 0) {
		throw new BenchtopError('benchtop ab takes two URLs, or the branches of a suite after --base and --candidate.', {
			hint: usage,
		});
	}

	const stray = ['build', 'suite'].find((name) => flags.has(name));
	if (stray !== undefined) {
		throw new BenchtopError(`--${stray} is for the branches of a suite.`, {hint: 'Name them: --base main'});
	}

	const [{httpRunPlan}, {parseTarget}, {runAndShow}] = await Promise.all([
		import('../config/http-flags.ts'),
		import('../engines/http-words.ts'),
		import('./run-and-show.ts'),
	]);
	const [base, candidate] = [
		await httpRunPlan(parseTarget(first), flags),
		await httpRunPlan(parseTarget(second), flags),
	];
	const [here, there] = [new URL(parseTarget(first)), new URL(parseTarget(second))];
	// Where only the places differ, what is asked of both is the name; secrets are in none of them.
	const isAlike = here.pathname === there.pathname && here.search === '' && there.search === '';
	const method = /^[A-Z]+(?= )/.exec(base.target)?.[0] ?? 'GET';
	const name = flags.has('name')
		? base.name
		: isAlike
			? `${method} ${redactWords(here.pathname)}`
			: `${base.name} | ${candidate.name}`;
	const side = (plan: typeof base): SideToRun => ({of: plan.target, benchmarks: [{name, plan}]});
	const {runs} = await paired({base: side(base), candidate: side(candidate)}, rule);
	return runAndShow({runs}, flags, surroundings);
};

const compareBranches = async (
	words: readonly string[],
	flags: Flags,
	surroundings: Surroundings,
	rule: ComparisonRule,
): Promise<number> => {
	const base = flags.text('base');
	if (base === undefined) {
		throw new BenchtopError('--candidate needs a --base to be held against.', {hint: 'For example: --base main'});
	}

	const stray = ofLoads.find(({name}) => flags.has(name));
	if (stray !== undefined) {
		throw new BenchtopError(`--${stray.name} is for URLs: of a suite, its file says it.`, {hint: usage});
	}

	const {withBranches} = await import('./branches.ts');
	const references = {base, candidate: flags.text('candidate') ?? 'HEAD'};
	return withBranches(references, words, flags, surroundings, async ({sides, ...rest}) => {
		const [{runs}, {runAndShow}] = await Promise.all([paired(sides, rule), import('./run-and-show.ts')]);
		return runAndShow({runs, ...rest}, flags, surroundings);
	});
};

/** `benchtop ab`: two services, or two commits of a suite, measured in turns and judged. */
export const ab: Command = {
	name: 'ab',
	usage: '<urlA> <urlB> | --base REF [--candidate REF] [name|tag…]',
	about: 'which of two is faster: two URLs, or a suite at two commits, measured in turns and judged',
	options: [
		{name: 'base', value: 'REF', about: 'branch, tag or commit that the suite is measured at, in a git worktree'},
		{
			name: 'candidate',
			value: 'REF',
			about: 'the one that is held against it',
			otherwise: 'HEAD, what was committed last',
		},
		{
			name: 'build',
			value: 'COMMAND',
			about: 'a line for the shell, run once in each worktree before anything else, beside the set-up of the suite',
		},
		suiteOption,
		...roundOptions,
		...loadOptions,
		...viewOptions,
		...keepOptions.filter(({name}) => name !== 'baseline'),
	],
	examples: [
		[
			'benchtop ab localhost:3000 localhost:4000 -c 20 -d 5s',
			'six pairs of runs; exit code 1 where the second is worse',
		],
		['benchtop ab localhost:3000 localhost:4000 --until decided', 'as many pairs as it takes, twenty at most'],
		[
			"benchtop ab --base main --build 'npm ci && npm run build'",
			'what was committed last against main, all of the suite',
		],
	],
	run: async (words, flags, surroundings) => {
		const rule = ruleOf(flags, () => Math.floor(Math.random() * 4_294_967_296));
		return flags.has('base') || flags.has('candidate')
			? compareBranches(words, flags, surroundings, rule)
			: compareUrls(words, flags, surroundings, rule);
	},
};
