# The checker must find each breach in violations/ and say where it is; else a green layer test would mean nothing.
execute_process(COMMAND "${PYTHON}" "${HERE}/check_layers.py" "${HERE}/violations"
                OUTPUT_VARIABLE found RESULT_VARIABLE status)
file(READ "${HERE}/violations/expected.txt" expected)
if(NOT status EQUAL 1)
  message(FATAL_ERROR "exit status ${status} instead of 1")
endif()
if(NOT found STREQUAL expected)
  message(FATAL_ERROR "expected:\n${expected}\nfound:\n${found}")
endif()
