package dev.sallyport.llm;

/**
 * A whole answer.
 *
 * @param body in OpenAI's chat form
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record Answer(AnswerHead head, byte[] body) {}
