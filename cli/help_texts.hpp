// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// What --help says below the options: examples and exit codes, command by command.
namespace nsgcheck::cli {

inline constexpr std::string_view kExitCodes =
    "\nExit codes: 0 nothing at or above --fail-on; 1 findings, or an expectation that differs; 2 usage error, or no\n"
    "input of a known form; 3 some input could not be read, the rest was answered; 4 output failed.";

inline constexpr std::string_view kCompletionExamples =
    "\nExamples:\n"
    "  nsgcheck completion bash > /etc/bash_completion.d/nsgcheck\n"
    "  nsgcheck completion zsh > ~/.zfunc/_nsgcheck               a directory of fpath\n"
    "  nsgcheck completion fish > ~/.config/fish/completions/nsgcheck.fish\n";

inline constexpr std::string_view kManExamples =
    "\nExamples:\n"
    "  nsgcheck man | man -l -\n"
    "  nsgcheck man > /usr/local/share/man/man1/nsgcheck.1\n";

inline constexpr std::string_view kAuditExamples =
    "\nExamples:\n"
    "  nsgcheck rules.json                          what does it let through, 3389 and 20000 first?\n"
    "  nsgcheck main.json --parameters prod.json    an ARM template with its parameter file\n"
    "  nsgcheck . -f sarif > nsgcheck.sarif         every NSG below this directory\n"
    "  nsgcheck audit --deployment contoso.json     in its network: what arrives at each instance?\n"
    "  nsgcheck service.csdef service.cscfg rules.json --now 2027-01-01    a Cloud Service with its rule sets\n"
    "  nsgcheck service.csdef service.cscfg rules.json ops.rdp             and an .rdp file that should lead into it\n"
    "  nsgcheck rules.json -o json=out.json -o sarif=out.sarif --fail-on medium\n"
    "  nsgcheck . -f baseline > known.json          then --baseline known.json: only new findings fail\n"
    "  nsgcheck . --suppressions suppressions.yaml  findings that somebody answers for, until a day\n"
    "  nsgcheck rules.json --expect intent.yaml     do they do what they should?\n"
    "  nsgcheck rules.json --evidence e.json && nsgcheck-verify e.json     have the answers checked again\n"
    "\nAn intent file says what must and must not be allowed, and what is all that may be; what is left out means "
    "any:\n"
    "  must:    [{name: operators, protocol: tcp, from: 203.0.113.0/24, to: VirtualNetwork, ports: [20000]}]\n"
    "  mustNot: [{from: Internet, ports: [3389]}]\n"
    "  only:    [{from: Internet, allow: [{protocol: tcp, ports: [443]}]}]\n"
    "With --mutate the rules are changed one by one: which changes would no expectation notice?\n";

inline constexpr std::string_view kExplainExamples =
    "\nExamples:\n"
    "  nsgcheck explain rules.json --direction in --protocol tcp --from 203.0.113.7 --to 10.0.0.4 --port 3389\n"
    "  nsgcheck explain rules.json --direction in --protocol tcp --from Internet --to VirtualNetwork --port 20000\n"
    "  nsgcheck explain rules.json --direction in --protocol tcp --from 203.0.113.7 --to 10.0.0.4 --port 22 --why-not\n"
    "                                               and which smallest changes would flip that, with what else they "
    "do\n"
    "  nsgcheck explain rules.json --flows flows.csv --format jsonl\n"
    "  nsgcheck explain nsg.json --flows PT1H.json          does the rule set decide as it was logged?\n"
    "  nsgcheck explain --deployment contoso.json --direction in --protocol tcp --from Internet --to 10.0.0.4 --port "
    "3389\n"
    "\nWith --deployment the answer is over all stages that the flow passes, at both ends where both are instances.\n"
    "\nA flow file is CSV with the header direction,protocol,source,sourcePort,destination,destinationPort[,nsg]\n"
    "[,expect], or JSON lines with the same keys. With `expect` the exit code is 1 when any answer differs. Of an NSG\n"
    "flow log (version 1, 2) or VNet flow log each distinct flow is asked of the NSG that logged it, and what was\n"
    "logged is expected. VNet flow logs name NSGs by resourceGuid; for inputs without it give --acl ID=NSG.\n";

inline constexpr std::string_view kDiffExamples =
    "\nExamples:\n"
    "  nsgcheck diff old.json new.json              what does the change open, what does it close?\n"
    "  nsgcheck diff main/ branch/ -f markdown      two directories, as a pull request comment\n"
    "  nsgcheck diff plan.json                      a Terraform plan or what-if answer: before against after\n"
    "  nsgcheck diff old.json new.json --map web-nsg=frontend-nsg\n"
    "  git show main:nsg.json | nsgcheck diff - nsg.json\n"
    "  nsgcheck diff old.json new.json --evidence e.json; nsgcheck-verify e.json\n"
    "  nsgcheck diff old.json new.json --deployment contoso.json    which of it arrives, at which instance?\n"
    "\nRules are compared by what they let through: names, order, splitting and spelling do not matter. NSGs pair by\n"
    "name; one on each side pair whatever they are called. /dev/null stands for a side that is not there.\n"
    "With --deployment, OLD and NEW take the place of its NSGs of the same name, and changes are followed through all\n"
    "stages to each instance.\n"
    "\nExit codes: 0 equivalent; 1 something is newly allowed or denied, or it is not settled whether it is; 2 usage\n"
    "error, or nothing to compare; 3 some input could not be read, the rest was compared; 4 output failed.";

inline constexpr std::string_view kImpactExamples =
    "\nExamples:\n"
    "  nsgcheck impact old.json new.json --traffic PT1H.json       what of a flow log would the change break or open?\n"
    "  nsgcheck impact old.json new.json --traffic logs/ --traffic web.pcap -f markdown\n"
    "  nsgcheck impact plan.json --traffic web.pcap --inside 10.0.1.0/24 --nsg web-nsg\n"
    "  nsgcheck impact old.json new.json --traffic vnet.json --acl 5d0c9a7e-31f4-4b0b-9a53-4c2c1f1f0a11=web-nsg\n"
    "\nA conversation is all flows of one protocol from a client to a port of a server; client ports are folded.\n"
    "Flow logs say which NSG and direction decided. Captures do not: their flows are asked of every NSG, inbound\n"
    "where the server and outbound where the client is behind it: in --inside, else where the inputs attach it, else\n"
    "in VirtualNetwork. Rules that no traffic used are evidence for the time that was seen, and no proof. At most\n"
    "1,000,000 conversations are held; when more came it is said.\n"
    "\nExit codes: 0 none would break or open; 1 some would, or it cannot be told; 2 usage error, or no traffic or\n"
    "rule set could be read; 3 some input could not be read, asked or held, the rest was answered; 4 output failed.";

inline constexpr std::string_view kImportSarifExamples =
    "\nExamples:\n"
    "  checkov -d . -o sarif; nsgcheck import-sarif results_sarif.sarif .\n"
    "  nsgcheck import-sarif trivy.sarif main.json -f markdown\n"
    "\nIds are matched by the aliases of our policies (`nsgcheck policies CKV_AZURE_9`), places by file and line. A\n"
    "finding is confirmed with the deciding rule and a packet, refuted with the rules that deny what it warns of,\n"
    "unknown, or not comparable. Missed is what we find, the tool has a check for, and did not report.\n"
    "\nExit codes: 0 nothing is confirmed, missed or unknown; 1 something is; 2 usage error, no SARIF or no rule set;\n"
    "3 some input could not be read, the rest was answered; 4 output failed.";

inline constexpr std::string_view kSimplifyExamples =
    "\nExamples:\n"
    "  nsgcheck simplify nsg.json                   which rules can go, because of which others?\n"
    "  nsgcheck simplify nsg.json -o nsg.json       write the smaller rule set; all other bytes stay\n"
    "  nsgcheck simplify nsg.json --keep DenyAll --no-merge\n"
    "  nsgcheck simplify nsg.json --evidence e.json; nsgcheck-verify e.json\n"
    "\nRules that stay keep their names and priorities. That exactly the same traffic passes is proven each time; "
    "rules\n"
    "with values that are not known are never removed, merged or relied on.\n"
    "\nExit codes: 0 nothing to simplify; 1 there is; 2 usage error, or no rule set; 3 some input could not be read, "
    "the\n"
    "rest was answered; 4 output failed, or the file cannot be changed in place.";

inline constexpr std::string_view kFixExamples =
    "\nExamples:\n"
    "  nsgcheck fix nsg.json                        how can each finding from high on be closed, and what else "
    "changes?\n"
    "  nsgcheck fix nsg.json --finding NSG-RDP-001  this one only\n"
    "  nsgcheck fix nsg.json --expect intent.yaml   nothing that breaks an expectation that is held\n"
    "  nsgcheck fix nsg.json --deployment d.json    nothing that cuts clients off from an instance that they reach\n"
    "  nsgcheck fix nsg.json --write                take the best change of each; the rest of the file stays\n"
    "\nChanges are ranked: no new findings first, then nothing else changed, then few steps. Each is proven by "
    "comparing\n"
    "the rule sets and by a new audit; none denies what a policy in force demands (the probe, the second hop), and "
    "none\n"
    "makes a verdict unknown.\n"
    "\nExit codes: 0 no such finding, or all closed and written; 1 findings; 2 usage error, or no rule set; 3 some "
    "input\n"
    "could not be read, the rest was answered; 4 output failed, or a file cannot be changed in place.";

inline constexpr std::string_view kReplayExamples =
    "\nExamples:\n"
    "  nsgcheck replay --deployment contoso.json client.pcap           where does each connection end up?\n"
    "  nsgcheck replay service.csdef service.cscfg get-deployment.xml rules.json client.pcap\n"
    "  nsgcheck replay --deployment contoso.json *.pcapng -f jsonl     a line a connection, the last one the summary\n"
    "  nsgcheck replay --deployment contoso.json a.pcap --expect expected.json\n"
    "  nsgcheck replay --deployment contoso.json a.pcap -o pcapng=verdicts.pcapng    the packets again, with the\n"
    "                                                     verdict as a comment on the one that decides, for Wireshark\n"
    "\nExit codes: 0 every connection that wants an instance reaches it; 1 some do not, or cannot be told, or differ\n"
    "from --expect; 2 usage error, or no capture could be read; 3 a capture is damaged, the rest was answered;\n"
    "4 output failed.";

inline constexpr std::string_view kReachExamples =
    "\nExamples:\n"
    "  nsgcheck reach --deployment contoso.json --from 203.0.113.7\n"
    "  nsgcheck reach service.csdef service.cscfg rules.json           a Cloud Service from its own files\n"
    "  nsgcheck reach --deployment contoso.json --instance WebRole1_IN_0 -f json\n"
    "\nExit codes: 0 every instance is reached; 1 some are not, or cannot be told; 2 usage error; 3 some input could\n"
    "not be read, the rest was answered; 4 output failed.";

inline constexpr std::string_view kEffectiveExamples =
    "\nExamples:\n"
    "  nsgcheck effective --deployment contoso.json                    every instance, stage by stage\n"
    "  nsgcheck effective --deployment contoso.json --instance WebRole1_IN_0 --expand-tags -f json\n"
    "\nHas the network drifted from its template? Hold what Azure says against it:\n"
    "  nsgcheck effective --deployment contoso.json --instance WebRole1_IN_0 -f azure > expected.json\n"
    "  az network nic list-effective-nsg -g RG -n NIC > live.json\n"
    "  nsgcheck diff expected.json live.json\n"
    "\nExit codes: 0 listed; 1 a rule has values that are not known; 2 usage error; 4 output failed.";

inline constexpr std::string_view kRdpExamples =
    "\nExamples:\n"
    "  nsgcheck rdp WebRole1_IN_0.rdp --deployment contoso.json        will it lead to its instance?\n"
    "  nsgcheck rdp downloads/ --deployment contoso.json --from 203.0.113.0/24 --now 2026-12-01 -f json\n"
    "  nsgcheck rdp --write out --deployment contoso.json              the file of each instance, as Azure makes it\n"
    "\nA right file has three lines:\n"
    "  full address:s:198.51.100.20\n"
    "  username:s:ops\n"
    "  LoadBalanceInfo:s:Cookie: mstshash=WebRole1#WebRole1_IN_0\n"
    "\nExit codes: 0 every file is right and leads to its instance; 1 some do not, or it cannot be told; 2 usage "
    "error,\n"
    "or no file could be read; 3 a part of the files could not be read, the rest was answered; 4 output failed, or a\n"
    "file to write is there already.";

}  // namespace nsgcheck::cli
