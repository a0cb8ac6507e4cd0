package dev.sallyport.llm.sse;

/**
 * One event.
 *
 * @param lines its lines, each ended by LF, with a space after {@code data:}; then an empty line
 * @param name what its {@code event} field says; empty without one
 * @param data what its {@code data} fields say, joined by LF; empty without one
 * @param comment whether it is nothing but comments
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record SseFrame(byte[] lines, String name, byte[] data, boolean comment) {}
