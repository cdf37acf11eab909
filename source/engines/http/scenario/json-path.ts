import {type JSONValue, jsonpath} from 'json-p3';
import {BenchtopError} from '../../../errors.ts';

/** Whether text is a JSONPath as RFC 9535 has it. */
export const isJsonPath = (text: string): boolean => {
	try {
		jsonpath.compile(text);
		return true;
	} catch {
		return false;
	}
};

/** A function that gives all values that a path leads to. Throws a BenchtopError (exit code 2) on what is no path. */
export const compileJsonPath = (path: string): ((document: unknown) => readonly unknown[]) => {
	if (!isJsonPath(path))
		throw new BenchtopError(`${JSON.stringify(path)} is no JSONPath.`, {
			hint: 'RFC 9535: $.user.token, or $.items[0].id',
		});
	const query = jsonpath.compile(path);
	// What JSON.parse gives is JSON.
	return (document) => query.query(document as JSONValue).values();
};
