import {isDeepStrictEqual} from 'node:util';
import type {Random} from '../../../core/random.ts';
import {compileJson, compileTemplate, type Scope, Unset} from '../../template.ts';
import {cookieIn} from './cookies.ts';
import {compileJsonPath} from './json-path.ts';
import type {Capture, RequestStep, TextCheck} from './plan.ts';
import type {ReplyMessage} from './reply-message.ts';

/** What a reply came to: the name of its outcome, and whether that is a failure. */
export type Verdict = {readonly outcome: string; readonly isFailure: boolean};

/** Looks at the replies to one request. */
export type Judge = {
	/** Whether the body of replies is wanted; their heads always are. */
	readonly keepsBody: boolean;
	readonly variables: readonly string[];
	/**
	 * Gives the verdict, and sets what is captured; of a reply that failed nothing is, and what was set before is set no
	 * more.
	 */
	readonly judge: (reply: ReplyMessage, scope: Scope, set: (name: string, value: unknown) => void) => Verdict;
};

const compileText = (
	wanted: TextCheck,
): {variables: readonly string[]; fits: (text: string, scope: Scope) => boolean} => {
	if ('regex' in wanted) {
		const pattern = new RegExp(wanted.regex, 'u');
		return {variables: [], fits: (text) => pattern.test(text)};
	}

	const template = compileTemplate('equals' in wanted ? wanted.equals : wanted.contains);
	const isWhole = 'equals' in wanted;
	return {
		variables: template.variables,
		fits(text, scope) {
			const words = template.fill(scope);
			return isWhole ? text === words : text.includes(words);
		},
	};
};

/** A reply's body as JSON, read once; `undefined` when it is none. */
const jsonOf = (reply: ReplyMessage): (() => unknown) => {
	let read: {readonly json: unknown} | undefined;
	return () => {
		if (read === undefined) {
			try {
				read = {json: JSON.parse(reply.body().toString('utf8'))};
			} catch {
				read = {json: undefined};
			}
		}

		return read.json;
	};
};

type Finder = (reply: ReplyMessage, json: () => unknown, random: Random) => unknown;

const compileCapture = (capture: Capture): Finder => {
	if ('json' in capture) {
		const query = compileJsonPath(capture.json);
		return (_, json, random) => {
			const document = json();
			const found = document === undefined ? [] : query(document);
			switch (capture.pick) {
				case 'last':
					return found.at(-1);
				case 'random':
					return found[Math.floor(random() * found.length)];
				default:
					return found[0];
			}
		};
	}

	if ('header' in capture) {
		const name = capture.header.toLowerCase();
		return (reply) => reply.headers(name)[0];
	}

	if ('cookie' in capture) {
		return (reply) =>
			reply
				.headers('set-cookie')
				.flatMap((header) => {
					const pair = cookieIn(header);
					return pair?.[0] === capture.cookie ? [pair[1]] : [];
				})
				.at(-1);
	}

	const pattern = new RegExp(capture.regex, 'u');
	return (reply) => {
		const found = pattern.exec(reply.body().toString('utf8'));
		return found === null ? undefined : (found[1] ?? found[0]);
	};
};

type Test = {
	readonly name: string;
	readonly variables: readonly string[];
	readonly holds: (reply: ReplyMessage, json: () => unknown, scope: Scope) => boolean;
};

const compileChecks = ({headers = [], json = [], body}: NonNullable<RequestStep['check']>): readonly Test[] => [
	...headers.map(({name, is}): Test => {
		const text = compileText(is);
		const small = name.toLowerCase();
		return {
			name: `check header ${name}`,
			variables: text.variables,
			holds: (reply, _, scope) => reply.headers(small).some((value) => text.fits(value, scope)),
		};
	}),
	...json.map(({path, value}): Test => {
		const query = compileJsonPath(path);
		const wanted = value === undefined ? undefined : compileJson(value);
		return {
			name: `check ${path}`,
			variables: wanted?.variables ?? [],
			holds(_, read, scope) {
				const document = read();
				if (document === undefined) return false;
				const found = query(document);
				return found.length > 0 && (wanted === undefined || isDeepStrictEqual(found[0], wanted.value(scope)));
			},
		};
	}),
	...(body === undefined
		? []
		: [
				((): Test => {
					const text = compileText(body);
					return {
						name: 'check body',
						variables: text.variables,
						holds: (reply, _, scope) => text.fits(reply.body().toString('utf8'), scope),
					};
				})(),
			]),
];

const isWanted = (wanted: readonly string[], status: number): boolean => {
	const digits = String(status);
	return wanted.some((one) => one === digits || one === `${digits[0]}xx`);
};

/**
 * The judge of a request. An outcome is the reply's status, unless something else failed: then it is named after that.
 * Statuses from 400 on are failures, if the request does not want them.
 */
export const compileJudge = ({check = {}, capture = {}}: RequestStep): Judge => {
	const tests = compileChecks(check);
	const finders = Object.entries(capture).map(([name, where]) => [name, compileCapture(where)] as const);
	const readsBody = Object.values(capture).some((where) => 'json' in where || 'regex' in where);
	const {status: wanted} = check;

	const failureOf = (reply: ReplyMessage, scope: Scope, json: () => unknown): string | undefined => {
		const {status} = reply;
		if (wanted === undefined ? status >= 400 : !isWanted(wanted, status)) {
			return status >= 400 ? String(status) : `check status (${status})`;
		}

		return tests.find(({holds}) => !holds(reply, json, scope))?.name;
	};
	return {
		keepsBody: readsBody || check.body !== undefined || (check.json?.length ?? 0) > 0,
		variables: tests.flatMap(({variables}) => variables),
		judge(reply, scope, set) {
			const json = jsonOf(reply);
			let failure: string | undefined;
			try {
				failure = failureOf(reply, scope, json);
				for (const [name, find] of finders) {
					const value = failure === undefined ? find(reply, json, scope.random) : undefined;
					set(name, value);
					if (value === undefined) failure ??= `capture ${name}`;
				}
			} catch (error) {
				failure = error instanceof Unset ? `template: ${error.message}` : 'body cannot be decoded';
				for (const [name] of finders) set(name, undefined);
			}

			if (failure !== undefined) return {outcome: failure, isFailure: true};
			// One name has one meaning: the same status is a failure of other requests.
			return {outcome: reply.status >= 400 ? `${reply.status} as expected` : String(reply.status), isFailure: false};
		},
	};
};
