# SPDX-License-Identifier: MIT
# What `cmake --install build` puts in place beside the libraries; the program installs itself in
# cli/. It looks for the scenarios in ../share/imapwright from where it lies.
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/imapwright)
install(FILES docs/imapwright.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
