package dev.sallyport.gateway.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** An upstream that answers as fast as it can. */
final class Upstream extends SelectorServer {
  private final Answers answers;

  private Upstream(Answers answers) throws IOException {
    this.answers = answers;
  }

  /** One that listens. */
  static Upstream of(Answers answers) throws IOException {
    var upstream = new Upstream(answers);
    upstream.start("upstream");
    return upstream;
  }

  @Override
  void work() throws IOException {
    serve();
  }

  @Override
  Caller caller(SocketChannel channel) {
    var request = new HttpMessage();
    var input = ByteBuffer.allocateDirect(16 * 1_024);
    return () -> {
      input.clear();
      if (channel.read(input) < 0) {
        return false;
      }
      if (request.take(input.flip())) {
        var answer = answers.answer(request);
        request.clear();
        while (answer.hasRemaining()) {
          channel.write(answer);
        }
      }
      return true;
    };
  }
}
