/**
 * The rules of the house, as tests of the code itself. Start with {@link
 * dev.sallyport.rules.ArchitectureTest}.
 */
@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;
