import {isSecretHeader, isSecretName, percentDecoded, redacted, redactUrl} from '../../core/secret.ts';
import {looseWordsOf} from './words.ts';

/** The parts of one word that must not be kept. `before` is the word that it follows. */
const secretsInWord = (word: string, before: string | undefined): readonly string[] => {
	const flag = before === undefined ? undefined : /^--?([\w-]+)$/.exec(before)?.[1];
	if (flag !== undefined && isSecretName(flag) && !word.startsWith('-')) return [word];
	// curl and its kin: name and password in one word.
	if (flag === 'u' || flag === 'user') return word.includes(':') ? [word.slice(word.indexOf(':') + 1)] : [];
	const header = /^([\w-]+):\s*(.+)$/s.exec(word);
	if (header !== null && !word.includes('://') && isSecretHeader(header[1]!, header[2]!)) {
		return [header[2]!, header[2]!.replace(/^\S+\s+/, '')];
	}

	const urls = [...word.matchAll(/\/\/([^/@\s:]*):([^/@\s]+)@/g)].flatMap(([, , password]) => [
		password!,
		percentDecoded(password!),
	]);
	const pairs = [...word.matchAll(/([\w-]+)=([^\s&;]+)/g)]
		.filter(([, name]) => isSecretName(name!.replace(/^-+/, '')))
		.map(([, , value]) => value!);
	return [...urls, ...pairs];
};

/** What of a command's words must not be kept: the values behind secret names, headers, flags, and in URLs. */
export const secretsIn = (words: readonly string[]): readonly string[] =>
	words.flatMap((word, index) => secretsInWord(word, words[index - 1]));

/** The same of a line, for a shell or none. */
export const secretsInLine = (line: string): readonly string[] => secretsIn(looseWordsOf(line));

const redactUrlsIn = (text: string): string =>
	text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/gi, (url) => (/[@?]/.test(url) ? redactUrl(url) : url));

/** Few characters may stand in other words by chance: alone they are what is meant. */
const short = 4;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Text without these secrets, however short they are. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
	secrets
		.filter((secret) => secret !== '')
		.sort((a, b) => b.length - a.length)
		.reduce(
			(rest, secret) =>
				secret.length < short
					? rest.replace(new RegExp(`(?<!\\w)${escaped(secret)}(?!\\w)`, 'g'), redacted)
					: rest.replaceAll(secret, redacted),
			redactUrlsIn(text),
		);
