package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProductVersionTest {
  @Test
  void isTheOneOfTheBuild() {
    assertThat(ProductVersion.text()).matches("[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9.]+)?");
  }
}
