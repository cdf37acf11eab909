import * as z from 'zod';
import {type Feeder, feeder, variableName} from '../../feeder.ts';
import {templateFault} from '../../template.ts';
import {type Think, think} from '../../think.ts';

export type {Feeder, Think};

const milliseconds = z.number().min(0).max(86_400_000);

/** Text with `{{variables}}` in it. */
const template = z.string().superRefine((text, context) => {
	const fault = templateFault(text);
	if (fault !== undefined) context.addIssue({code: 'custom', message: fault});
});
/** As RFC 9535 has it, which is for those to check who load the library: here it would delay every start. */
const jsonPath = z.string().startsWith('$');

const isRegularExpression = (text: string): boolean => {
	try {
		return new RegExp(text, 'u') instanceof RegExp;
	} catch {
		return false;
	}
};
const regularExpression = z
	.string()
	.refine(isRegularExpression, {error: ({input}) => `${JSON.stringify(input)} is no regular expression`});

/** Where in a reply a variable's value is. */
export const capture = z.union([
	z.strictObject({json: jsonPath, pick: z.enum(['first', 'last', 'random']).optional()}),
	z.strictObject({header: z.string().min(1)}),
	z.strictObject({cookie: z.string().min(1)}),
	z.strictObject({regex: regularExpression}),
]);
export type Capture = z.infer<typeof capture>;

/** What text must be like: hold this, be this, or match this. */
const textCheck = z.union([
	z.strictObject({contains: template}),
	z.strictObject({equals: template}),
	z.strictObject({regex: regularExpression}),
]);
export type TextCheck = z.infer<typeof textCheck>;

export const check = z.strictObject({
	/** Statuses, or classes of them: '2xx'. Absent: below 400. */
	status: z
		.array(z.string().regex(/^[1-5](\d\d|xx)$/))
		.min(1)
		.optional(),
	headers: z.array(z.strictObject({name: z.string().min(1), is: textCheck})).optional(),
	/** Without a value: it must be there. */
	json: z.array(z.strictObject({path: jsonPath, value: z.json().optional()})).optional(),
	body: textCheck.optional(),
});
export type Check = z.infer<typeof check>;

export const body = z.union([
	z.strictObject({json: z.json()}),
	z.strictObject({form: z.record(z.string(), template)}),
	z.strictObject({text: template}),
	z.strictObject({base64: z.base64()}),
]);
export type Body = z.infer<typeof body>;

export const requestStep = z.strictObject({
	/** Under which its figures are told apart. */
	name: z.string().min(1),
	method: z.string().regex(/^[A-Z]+$/),
	/** A path below the plan's URL, or a URL. */
	url: template.min(1),
	query: z.record(z.string(), template).optional(),
	headers: z.record(z.string(), template).optional(),
	body: body.optional(),
	capture: z.record(variableName, capture).optional(),
	check: check.optional(),
	/** After it. */
	think: think.optional(),
	/** Absent: the plan's. */
	timeout: z.number().positive().optional(),
	/** Absent: as the plan says. */
	follow: z.boolean().optional(),
});
export type RequestStep = z.infer<typeof requestStep>;

const thinkStep = z.strictObject({think});

const steps = z
	.array(z.union([requestStep, thinkStep]))
	.min(1)
	.refine(([first]) => first !== undefined && 'method' in first, {error: 'the first step is a request'});
export type Step = z.infer<typeof requestStep> | z.infer<typeof thinkStep>;

const flow = z.strictObject({name: z.string().min(1), weight: z.number().positive(), steps});

/** What the users of a load do, one request after the other. */
export const scenarioPlan = z.strictObject({
	/** Of them one is chosen by its weight for each pass. */
	flows: z.array(flow).min(1),
	/** What each user does once, at its beginning. */
	once: steps.optional(),
	/** Values of variables that are always the same. */
	variables: z.record(variableName, z.json()).optional(),
	data: z.array(feeder).optional(),
	/** Closed loop: users begin evenly spread over so many milliseconds. Absent: over the warm-up. */
	ramp: milliseconds.optional(),
	/** Whether users keep cookies. */
	cookies: z.boolean(),
	/** After a request that failed: on with the next step, or a new pass. */
	onFailure: z.enum(['continue', 'restart']),
});
export type ScenarioPlan = z.infer<typeof scenarioPlan>;
