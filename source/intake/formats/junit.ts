import {XMLParser, XMLValidator} from 'fast-xml-parser';
import * as z from 'zod';
import type {Format, MetricValues, TimedOperation} from '../format.ts';
import {readAs} from '../given.ts';

type Case = {
	readonly name?: string | undefined;
	readonly status?: string | undefined;
	readonly result?: string | undefined;
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
	name: z.string().optional(),
	status: z.string().optional(),
	result: z.string().optional(),
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

const entities: Readonly<Record<string, string>> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};

/** What is written in place of characters, once; of entities a file might define itself nothing is filled in. */
const plain = (text: string): string =>
	text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hexadecimal, name) => {
		if (name !== undefined) return entities[name] ?? all;
		const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
		return code <= 0x10_ffff ? String.fromCodePoint(code) : all;
	});

const parse = (text: string): z.infer<typeof whole> => {
	if (/<!DOCTYPE/i.test(text.slice(0, text.search(/<testsuites?[\s>]/)))) {
		throw new Error('it has a document type of its own, which no test runner writes');
	}

	// The parser takes what is cut off for what is there.
	const wrong = XMLValidator.validate(text);
	if (wrong !== true) throw new Error(`line ${wrong.err.line}: ${wrong.err.msg}`);
	const parser = new XMLParser({
		ignoreAttributes: false,
		attributeNamePrefix: '',
		parseAttributeValue: false,
		parseTagValue: false,
		isArray: (name) => lists.has(name),
		processEntities: false,
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
	// Google Test tells so what it left out.
	const left = given.status === 'notrun' || given.result === 'suppressed' || given.result === 'skipped';
	return 'skipped' in given || left ? 'skipped' : 'passed';
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
			const name = [given.classname, given.name]
				.filter((part) => part !== undefined && part !== '')
				.map((part) => plain(part ?? ''))
				.join(' > ');
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
						name: suites.length === 1 && first?.name !== undefined && first.name !== '' ? plain(first.name) : 'tests',
						...(Number.isNaN(began) ? {} : {began: new Date(began).toISOString()}),
						means: 'how long a test took, as its runner says',
						timed,
						metrics: [...metrics.values()],
						limits: ['Tests may have run beside each other; a test that failed early took less time.'],
					},
				];
	},
};
