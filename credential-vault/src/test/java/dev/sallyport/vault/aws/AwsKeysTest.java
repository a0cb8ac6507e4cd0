package dev.sallyport.vault.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsKeysTest {
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"accessKeyId\":\"AKIDEXAMPLE\",\"secretAccessKey\":\"" + SECRET + "\"}",
        "{\"Version\":1,\"AccessKeyId\":\"AKIDEXAMPLE\",\"SecretAccessKey\":\"" + SECRET + "\"}",
        "AKIDEXAMPLE " + SECRET
      })
  void readsAPair(String value) {
    assertThat(AwsKeys.read(value)).contains(new AwsKeys("AKIDEXAMPLE", SECRET, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"accessKeyId\":\"AKIDEXAMPLE\",\"secretAccessKey\":\""
            + SECRET
            + "\",\"sessionToken\":\"FwoGZXIvYXdzEBYaDKpPBA\"}",
        "AKIDEXAMPLE " + SECRET + " FwoGZXIvYXdzEBYaDKpPBA"
      })
  void readsATokenWithAPair(String value) {
    assertThat(AwsKeys.read(value).orElseThrow().secrets())
        .containsExactly(SECRET, "AKIDEXAMPLE", "FwoGZXIvYXdzEBYaDKpPBA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl", "Bearer abcdefghijklmnopqrst"})
  void takesAllElseForABearerKey(String value) {
    assertThat(AwsKeys.read(value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{}",
        "{\"accessKeyId\":\"AKIDEXAMPLE\"}",
        "{\"accessKeyId\":\"AKIDEXAMPLE\",\"secretAccessKey\":\"has a canary\"}",
        "{\"accessKeyId\":\"AK/canary\",\"secretAccessKey\":\"" + SECRET + "\"}",
        "{\"accessKeyId\":\"AKIDEXAMPLE\",\"secretAccessKey\":\"wJalrXUtnFEMI/K7MDENG\","
            + "\"sessionToken\":\"canary\"}"
      })
  void refusesAnObjectThatHoldsNoKeysWithoutSayingWhatItHolds(String value) {
    assertThatThrownBy(() -> AwsKeys.read(value))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("canary")
        .doesNotContain("AKID");
  }

  @Test
  void saysNothingOfItself() {
    assertThat(AwsKeys.read("AKIDEXAMPLE " + SECRET).orElseThrow().toString())
        .isEqualTo("AwsKeys[]");
  }
}
