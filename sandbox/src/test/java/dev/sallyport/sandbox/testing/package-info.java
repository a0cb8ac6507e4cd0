/**
 * Fixtures for tests of containment. Start with {@link dev.sallyport.sandbox.testing.SeededRandom}.
 */
@NullMarked
package dev.sallyport.sandbox.testing;

import org.jspecify.annotations.NullMarked;
