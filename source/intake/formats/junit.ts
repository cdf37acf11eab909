import {XMLParser} from 'fast-xml-parser';
import * as z from 'zod';
import type {Format, MetricValues, TimedOperation} from '../format.ts';
import {readAs} from '../given.ts';

type Case = {
	readonly name: string;
	readonly classname?: string | undefined;
	readonly time?: string | undefined;
	readonly failure?: unknown;
	readonly error?: unknown;
	readonly skipped?: unknown;
};
type Suite = {
	readonly name?: string | undefined;
	readonly timestamp?: string | undefined;
	readonly testcase?: readonly Case[] | undefined;
	readonly testsuite?: readonly Suite[] | undefined;
};

const one: z.ZodType<Case> = z.object({
	name: z.string(),
	classname: z.string().optional(),
	time: z.string().optional(),
	failure: z.unknown().optional(),
	error: z.unknown().optional(),
	skipped: z.unknown().optional(),
});
const suite: z.ZodType<Suite> = z.object({
	name: z.string().optional(),
	timestamp: z.string().optional(),
	testcase: z.array(one).optional(),
	testsuite: z.array(z.lazy(() => suite)).optional(),
});
const whole = z.object({
	testsuites: z.object({testsuite: z.array(suite).optional()}).optional(),
	testsuite: z.array(suite).optional(),
});

const lists = new Set(['testsuite', 'testcase']);

const parse = (text: string): z.infer<typeof whole> => {
	const parser = new XMLParser({
		ignoreAttributes: false,
		attributeNamePrefix: '',
		parseAttributeValue: false,
		parseTagValue: false,
		isArray: (name) => lists.has(name),
		// Only names and times are read: what entities of its own a file defines is not for us to fill in.
		processEntities: true,
	});
	const document: unknown = parser.parse(text);
	return readAs(whole, document);
};

const casesIn = ({testcase = [], testsuite = []}: Suite): readonly Case[] => [
	...testcase,
	...testsuite.flatMap(casesIn),
];

/** Seconds; some write thin groups: '1,234.5'. */
const secondsIn = (time: string | undefined): number | undefined => {
	const seconds = Number((time ?? '').replaceAll(',', ''));
	return time === undefined || time.trim() === '' || !Number.isFinite(seconds) ? undefined : seconds;
};

const outcomeOf = (given: Case): string => {
	if ('error' in given) return 'error';
	if ('failure' in given) return 'failed';
	return 'skipped' in given ? 'skipped' : 'passed';
};

const opening = /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*<testsuites?[\s>]/;

/** How long tests took: each is an operation, and a metric of its own. */
export const junit: Format = {
	name: 'junit',
	about: 'how long tests took, of a JUnit report',
	made: 'vitest run --reporter=junit --outputFile=FILE, pytest --junit-xml=FILE, …',
	recognise: ({text}) => opening.test(text),
	read: ({text}) => {
		const document = parse(text);
		const suites = [...(document.testsuite ?? []), ...(document.testsuites?.testsuite ?? [])];
		const cases = suites.flatMap(casesIn);
		const metrics = new Map<string, MetricValues & {readonly values: number[]}>();
		const timed: TimedOperation[] = [];
		for (const given of cases) {
			const [outcome, seconds] = [outcomeOf(given), secondsIn(given.time)];
			const ran = seconds !== undefined && outcome !== 'skipped';
			timed.push({
				outcome,
				failed: outcome === 'failed' || outcome === 'error',
				...(ran ? {microseconds: seconds * 1e6} : {}),
			});
			if (!ran) continue;
			const name = [given.classname, given.name].filter((part) => part !== undefined && part !== '').join(' > ');
			const known = metrics.get(name) ?? {name, unit: 's', better: 'lower', values: []};
			known.values.push(seconds);
			metrics.set(name, known);
		}

		const [first] = suites;
		const began = Date.parse(first?.timestamp ?? '');
		return timed.length === 0
			? []
			: [
					{
						name: suites.length === 1 && first?.name !== undefined && first.name !== '' ? first.name : 'tests',
						...(Number.isNaN(began) ? {} : {began: new Date(began).toISOString()}),
						means: 'how long a test took, as its runner says',
						timed,
						metrics: [...metrics.values()],
						limits: ['Tests may have run beside each other; a test that failed early took less time.'],
					},
				];
	},
};
