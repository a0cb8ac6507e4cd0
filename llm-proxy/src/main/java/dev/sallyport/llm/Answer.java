package dev.sallyport.llm;

import dev.sallyport.llm.spi.Form;

/**
 * A whole answer.
 *
 * @param form in which the body is: the caller's own, or OpenAI's chat form
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record Answer(AnswerHead head, Form form, byte[] body) {}
