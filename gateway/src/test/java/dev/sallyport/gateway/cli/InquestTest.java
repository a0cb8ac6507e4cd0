package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class InquestTest {
  @Test
  void asksOfArgumentsAsTheyAreWritten() {
    var inquest = new Inquest();
    new CommandLine(inquest).parseArgs("--as", "a", "--args", "{\"n\": 100.00000000000000001}");

    assertThat(inquest.question(Optional.empty()).at("/args/n").decimalValue())
        .isEqualByComparingTo("100.00000000000000001");
  }
}
