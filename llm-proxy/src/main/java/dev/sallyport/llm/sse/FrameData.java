package dev.sallyport.llm.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The data of an event that is written as {@link SseFrame#lines} are. */
public final class FrameData {
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

  private FrameData() {}

  /** What its data fields say, joined by LF; empty without one. */
  public static byte[] of(byte[] frame) {
    var data = new ByteArrayOutputStream(frame.length);
    boolean some = false;
    for (int from = 0; from < frame.length; from = endOfLine(frame, from) + 1) {
      if (isData(frame, from)) {
        if (some) {
          data.write('\n');
        }
        some = true;
        int value = from + DATA.length;
        int end = endOfLine(frame, from);
        value += value < end && frame[value] == ' ' ? 1 : 0;
        data.write(frame, value, end - value);
      }
    }
    return data.toByteArray();
  }

  /** The same event with other data, of one line. */
  public static byte[] replace(byte[] frame, byte[] data) {
    var replaced = new ByteArrayOutputStream(frame.length + data.length);
    for (int from = 0; from < frame.length; from = endOfLine(frame, from) + 1) {
      int end = endOfLine(frame, from);
      if (end > from && !isData(frame, from)) {
        replaced.write(frame, from, end - from);
        replaced.write('\n');
      }
    }
    replaced.writeBytes(DATA);
    replaced.write(' ');
    replaced.writeBytes(data);
    replaced.write('\n');
    replaced.write('\n');
    return replaced.toByteArray();
  }

  private static int endOfLine(byte[] frame, int from) {
    int end = from;
    while (end < frame.length && frame[end] != '\n') {
      end++;
    }
    return end;
  }

  private static boolean isData(byte[] frame, int from) {
    int to = from + DATA.length;
    return to <= frame.length && Arrays.equals(frame, from, to, DATA, 0, DATA.length);
  }
}
