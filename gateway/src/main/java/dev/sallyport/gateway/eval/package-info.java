/**
 * How well untrusted content is contained, measured without a model: attackers write into what
 * tools return, an agent that obeys whatever it can read replays tasks through the running gateway,
 * and what was done is counted. Start with {@link dev.sallyport.gateway.eval.EvalCommand}.
 */
@NullMarked
package dev.sallyport.gateway.eval;

import org.jspecify.annotations.NullMarked;
