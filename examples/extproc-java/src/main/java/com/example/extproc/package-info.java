/** Four example processors. */
@NullMarked
package com.example.extproc;

import org.jspecify.annotations.NullMarked;
