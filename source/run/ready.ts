import {get as getHttp} from 'node:http';
import {get as getHttps} from 'node:https';
import {connect} from 'node:net';
import {createContext, Script} from 'node:vm';
import type {Ready} from '../core/plan.ts';

const longestTry = 2000;

const reaches = (port: number, host: string): Promise<boolean> =>
	new Promise((resolve) => {
		const socket = connect({port, host, timeout: longestTry});
		const settle = (reached: boolean): void => {
			socket.destroy();
			resolve(reached);
		};
		socket.once('connect', () => settle(true));
		socket.once('timeout', () => settle(false));
		socket.on('error', () => settle(false));
	});

/** Whether somebody on this machine listens on a port. */
export const isListening = async (port: number): Promise<boolean> =>
	(await Promise.all(['127.0.0.1', '::1'].map((host) => reaches(port, host)))).includes(true);

/** Whether a GET is answered well; a certificate of its own is no fault here. */
export const answers = (url: string): Promise<boolean> =>
	new Promise((resolve) => {
		const settings = {timeout: longestTry, agent: false, rejectUnauthorized: false};
		const request = (url.startsWith('https:') ? getHttps : getHttp)(url, settings, (response) => {
			response.resume();
			response.on('error', () => {});
			resolve((response.statusCode ?? 500) < 400);
			request.destroy();
		});
		request.on('timeout', () => request.destroy());
		request.on('error', () => resolve(false));
	});

/** Longer than this no pattern looks for anything in a few lines, unless it tries ways without number. Milliseconds. */
const longestSearch = 1000;

/**
 * Looks in lines for one that a regular expression matches, until there was one. `heard` is 'too slow' for a pattern that
 * would not come to an end.
 */
export const logListener = (log: string) => {
	// Only a script of a context of its own can be broken off in the middle of a search.
	const context = createContext({pattern: new RegExp(log), lines: []});
	const search = new Script('lines.some((line) => pattern.test(line))');
	let heard: boolean | 'too slow' = false;
	return {
		hear(lines: readonly string[]): void {
			if (heard !== false) return;
			context.lines = lines;
			try {
				heard = search.runInContext(context, {timeout: longestSearch}) === true;
			} catch {
				heard = 'too slow';
			}
		},
		heard: () => heard,
	};
};

/** What readiness waits for, in words. */
export const readyWords = ({port, url, log}: Ready): string =>
	[
		...(port === undefined ? [] : [`port ${port} answers`]),
		...(url === undefined ? [] : [`${url} answers`]),
		...(log === undefined ? [] : [`it writes /${log}/`]),
	].join(' and ');
