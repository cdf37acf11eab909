import {nearest} from '../core/nearest.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import type {Format, Given, ToldRun} from './format.ts';
import {artillery} from './formats/artillery.ts';
import {autocannon} from './formats/autocannon.ts';
import {bencher} from './formats/bencher.ts';
import {bombardier} from './formats/bombardier.ts';
import {criterion} from './formats/criterion.ts';
import {go} from './formats/go.ts';
import {googleBenchmark} from './formats/google-benchmark.ts';
import {hdrLog} from './formats/hdr-log.ts';
import {hey} from './formats/hey.ts';
import {hyperfine} from './formats/hyperfine.ts';
import {jmh} from './formats/jmh.ts';
import {junit} from './formats/junit.ts';
import {k6} from './formats/k6.ts';
import {libtest} from './formats/libtest.ts';
import {locust} from './formats/locust.ts';
import {oha} from './formats/oha.ts';
import {pyperf} from './formats/pyperf.ts';
import {pytestBenchmark} from './formats/pytest-benchmark.ts';
import {tinybench} from './formats/tinybench.ts';
import {vegeta} from './formats/vegeta.ts';
import {vitest} from './formats/vitest.ts';
import {wrk} from './formats/wrk.ts';
import {givenOf} from './given.ts';

/** Everything that can be read. A format is added by adding a file and a line here. */
export const formats: readonly Format[] = [
	artillery,
	autocannon,
	bencher,
	bombardier,
	criterion,
	go,
	googleBenchmark,
	hdrLog,
	hey,
	hyperfine,
	jmh,
	junit,
	k6,
	libtest,
	locust,
	oha,
	pyperf,
	pytestBenchmark,
	tinybench,
	vegeta,
	vitest,
	wrk,
];

const listed = (): string => formats.map(({name}) => name).join(', ');

/** The format of a name. Throws a BenchtopError (exit code 2) that names the nearest one. */
const formatNamed = (name: string): Format => {
	const found = formats.find((format) => format.name === name);
	if (found !== undefined) return found;
	const meant = nearest(
		name,
		formats.map((format) => format.name),
	);
	throw new BenchtopError(`No format is called ${JSON.stringify(name)}.`, {
		hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Formats: ${listed()}.`,
	});
};

const formatOf = (given: Given): Format => {
	const fitting = formats.filter((format) => format.recognise(given));
	const [only, ...others] = fitting;
	if (only !== undefined && others.length === 0) return only;
	throw new BenchtopError(
		only === undefined
			? `${given.file} is in no format that is known.`
			: `${given.file} could be ${fitting.map(({name}) => name).join(' or ')}.`,
		{hint: `Say which: --format NAME. Formats: ${listed()}.`},
	);
};

/**
 * The runs that a file tells, and in which format; `name`: the format, where it is not to be found out; `unit`: what values
 * are in that come without one. Throws a
 * BenchtopError (exit code 2) on what cannot be read.
 */
export const readRuns = (
	text: string,
	path: string,
	{name, unit}: {readonly name?: string | undefined; readonly unit?: string | undefined} = {},
): {readonly format: Format; readonly runs: readonly ToldRun[]} => {
	const given = givenOf(text, path, unit);
	const {file} = given;
	if (text.trim() === '') {
		throw new BenchtopError(`${file} is empty.`, {hint: 'Did the tool that should have written it fail?'});
	}

	const format = name === undefined ? formatOf(given) : formatNamed(name);
	let runs: readonly ToldRun[];
	try {
		runs = format.read(given);
	} catch (error) {
		throw new BenchtopError(`${file} cannot be read as ${format.name}: ${messageOf(error)}`, {
			hint: `It is made so: ${format.made}`,
			cause: error,
		});
	}

	if (runs.length > 0) return {format, runs};
	throw new BenchtopError(`${file} tells of no run.`, {hint: `${format.name} is made so: ${format.made}`});
};
