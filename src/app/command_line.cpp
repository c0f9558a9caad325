// The only file that includes CLI11, which takes long to compile: what commands do lies elsewhere.
#include "command_line.hpp"

#include "control.hpp"
#include "genesis_command.hpp"
#include "keys_command.hpp"
#include "log.hpp"
#include "node_command.hpp"
#include "proof_command.hpp"
#include "send_command.hpp"
#include "show_command.hpp"
#include "sim_command.hpp"
#include "testnet_command.hpp"
#include "version.hpp"
#include "watch_command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <functional>
#include <memory>

namespace quoin::app {

namespace {

using Run = std::function<ExitCode()>;

/// The command line while it is being read: which command was named, with what.
struct Line {
    CLI::App app{"Quoin: a proof-of-stake validator"};
    Run run;

    /// A command whose options live as long as the line. `fill` declares them.
    template <class Options>
    void command(CLI::App& parent, const char* name, const char* what, const char* example,
                 ExitCode (*body)(const Options&), const std::function<void(CLI::App&, Options&)>& fill) {
        CLI::App* command = parent.add_subcommand(name, what);
        command->footer(std::string{"Example: "} + example);
        const auto options = std::make_shared<Options>();
        fill(*command, *options);
        command->callback([this, options, body] { run = [options, body] { return body(*options); }; });
    }
    CLI::App& group(CLI::App& parent, const char* name, const char* what) {
        CLI::App* command = parent.add_subcommand(name, what);
        command->require_subcommand(1);
        return *command;
    }
};

void add_json(CLI::App& command, bool& json) {
    command.add_flag("--json", json, "Print JSON");
}

void add_node(CLI::App& command, NodeChoice& node) {
    command.add_option("--node", node.urls, "URL of a node's API, such as http://127.0.0.1:9700; several are tried");
    command.add_option("--testnet", node.testnet, "Folder of a testnet whose nodes are asked when --node is absent")
        ->capture_default_str();
}

void add_password(CLI::App& command, std::string& file) {
    command.add_option("--password-file", file,
                       "File whose first line is the password (else QUOIN_PASSWORD_FILE names one, else the terminal)");
}

void add_testnet(Line& line) {
    CLI::App* testnet = line.app.add_subcommand("testnet", "Run a genesis file's validators as real processes");
    testnet->footer("Example: quoin testnet --dir testnet");
    const auto testnet_options = std::make_shared<TestnetOptions>();
    testnet->add_option("--genesis", testnet_options->genesis,
                        "Genesis file, or a template: devnet (default), minimal, mainnet-like");
    testnet->add_option("--set", testnet_options->spec, "KEY=VALUE of the genesis' spec; repeat for more");
    testnet->add_flag("--responsive", testnet_options->responsive,
                      "Slots end as soon as they are justified (--set pacing=responsive)");
    testnet->add_option("--dir", testnet_options->folder, "Folder of the testnet; one that is there is gone on with")
        ->capture_default_str();
    testnet->add_option("--nodes", testnet_options->nodes, "Processes to deal the validators to (default: one each)");
    testnet->add_option("--peer-port", testnet_options->peer_port, "Of node 0, counting up; 0: the system chooses");
    testnet->add_option("--api-port", testnet_options->api_port, "Of node 0, counting up; 0: the system chooses");
    testnet->add_option("--slots", testnet_options->slots, "Stop after so many slots");
    testnet->add_option("--seconds", testnet_options->seconds, "Stop after so long");
    testnet->add_flag("--new", testnet_options->start_over, "Remove an old testnet of the folder first");
    testnet->add_flag("--plain", testnet_options->plain, "Lines instead of a screen");
    add_json(*testnet, testnet_options->json);
    testnet->callback([&line, testnet, testnet_options] {
        if (testnet->get_subcommands().empty()) {
            line.run = [testnet_options] { return run_testnet(*testnet_options); };
        }
    });
    line.command<FaultOptions>(
        *testnet, "fault", "Break a testnet that runs, on purpose",
        "quoin testnet fault equivocate --node 3 --dir testnet", run_fault, [](CLI::App& fault, FaultOptions& options) {
            fault.add_option("kind", options.kind, "equivocate, kill, restart or pause")
                ->required()
                ->check(CLI::IsMember({"equivocate", "kill", "restart", "pause"}));
            fault.add_option("--dir", options.folder, "Folder of the testnet")->capture_default_str();
            fault.add_option("--node", options.node, "Which node")->capture_default_str();
            fault.add_option("--seconds", options.seconds, "Length of a pause")->capture_default_str();
            fault.add_option("--offence", options.offence, "Of equivocate: double_vote or double_proposal")
                ->capture_default_str()
                ->check(CLI::IsMember({"double_vote", "double_proposal"}));
            add_json(fault, options.json);
        });
}

void add_node_command(Line& line) {
    line.command<NodeOptions>(
        line.app, "node", "Run a node, a validator when its keys/ folder holds keystores",
        "quoin node --dir node-4 --join testnet --api-port 0 --peer-port 0", run_node,
        [](CLI::App& node, NodeOptions& options) {
            NodeSettings& flags = options.flags;
            node.add_option("--dir", options.folder, "Data folder, made when absent")->required();
            node.add_option("--genesis", options.genesis, "Genesis file (default: that of the folder)");
            node.add_option("--join", options.join, "Genesis and peers of a testnet: its folder or testnet.json");
            node.add_option("--peer", flags.peers, "Peer to dial: id@host:port or host:port; repeat for more");
            node.add_option("--peer-host", flags.peer_host, "Address to listen for peers on (127.0.0.1)");
            node.add_option("--peer-port", flags.peer_port, "Port for peers (9600); 0: the system chooses");
            node.add_option("--announce", flags.announce, "host:port that peers should dial");
            node.add_option("--discover", flags.discover, "Ask peers for their peers (true)");
            node.add_option("--api-host", flags.api_host, "Address of the API (127.0.0.1)");
            node.add_option("--api-port", flags.api_port, "Port of the API (9700); 0: the system chooses");
            node.add_option("--allowed-host", flags.allowed_hosts, "Name that a Host header may carry");
            node.add_option("--allowed-origin", flags.allowed_origins, "Origin whose pages may use the API");
            node.add_option("--verifier-threads", flags.verifier_threads, "Threads that verify (half the cores)");
            node.add_option("--graffiti", flags.graffiti, "Up to 32 bytes for the blocks it proposes");
            node.add_option("--log", flags.log, "text or json (text)");
            node.add_option("--log-level", flags.log_level, "debug, info, warning, error (info)");
            node.add_option("--password-file", flags.password_file,
                            "File whose first line opens the keystores (else QUOIN_PASSWORD_FILE, else the terminal)");
        });
}

void add_genesis(Line& line) {
    CLI::App& genesis = line.group(line.app, "genesis", "Make and check genesis files");
    const auto fill = [](CLI::App& command, GenesisOptions& options) {
        command.add_option("genesis", options.source, "A file, or a template: devnet, minimal, mainnet-like")
            ->required();
        add_json(command, options.json);
    };
    line.command<GenesisOptions>(genesis, "validate", "Check a genesis, proofs of possession too",
                                 "quoin genesis validate genesis.json", run_genesis_validate, fill);
    line.command<GenesisOptions>(genesis, "hash", "Print the root, which is the chain's identity",
                                 "quoin genesis hash devnet", run_genesis_hash, fill);
    line.command<GenesisOptions>(genesis, "show", "Print a genesis whole, in its normal form",
                                 "quoin genesis show devnet", run_genesis_show, fill);
    line.command<GenesisNewOptions>(
        genesis, "new", "Make a genesis from a template",
        "quoin genesis new --validators 7 --set slot_ms=500 --output genesis.json", run_genesis_new,
        [](CLI::App& command, GenesisNewOptions& options) {
            command.add_option("--template", options.source, "A template or a file")->capture_default_str();
            command.add_option("--output", options.output, "File to write (default: standard output)");
            command.add_option("--name", options.name, "Name of the chain");
            command.add_option("--validators", options.validators, "So many validators with development keys");
            command.add_option("--accounts", options.accounts, "Funded development accounts besides the operators'");
            command.add_option("--start-ms", options.start_ms, "Genesis so many milliseconds from now");
            command.add_option("--set", options.spec, "KEY=VALUE of the spec; repeat for more");
        });
}

void add_keys(Line& line) {
    CLI::App& keys = line.group(line.app, "keys", "Keystores of validators (EIP-2335)");
    line.command<KeysNewOptions>(
        keys, "new", "Make keystores; prints public keys and proofs of possession",
        "quoin keys new --dir node-4/keys --key dev:4", run_keys_new, [](CLI::App& command, KeysNewOptions& options) {
            command.add_option("--dir", options.folder, "Folder of the keystores")->capture_default_str();
            command.add_option("--key", options.key, "dev:N for a published development key");
            command.add_option("--phrase-file", options.phrase_file, "File with a BIP-39 phrase to derive from");
            command.add_option("--first", options.first, "Index of the first key of the phrase");
            command.add_option("--count", options.count, "How many")->capture_default_str();
            add_password(command, options.password_file);
            add_json(command, options.json);
        });
    const auto in_folder = [](CLI::App& command, KeysFileOptions& options) {
        command.add_option("--dir", options.folder, "Folder of the keystores")->capture_default_str();
        add_json(command, options.json);
    };
    line.command<KeysFileOptions>(keys, "import", "Check a keystore and copy it into the folder",
                                  "quoin keys import keystore.json --dir node-4/keys", run_keys_import,
                                  [=](CLI::App& command, KeysFileOptions& options) {
                                      command.add_option("file", options.file, "Keystore")->required();
                                      add_password(command, options.password_file);
                                      in_folder(command, options);
                                  });
    line.command<KeysFileOptions>(
        keys, "export", "Copy a keystore out of the folder", "quoin keys export 0xa398.. --output keystore.json",
        run_keys_export, [=](CLI::App& command, KeysFileOptions& options) {
            command.add_option("public_key", options.public_key, "Public key, 0x and hex")->required();
            command.add_option("--output", options.file, "File to write")->required();
            in_folder(command, options);
        });
    line.command<KeysFileOptions>(keys, "list", "List the keystores of a folder", "quoin keys list --dir node-0/keys",
                                  run_keys_list, in_folder);
}

void add_account(Line& line) {
    CLI::App& account = line.group(line.app, "account", "Accounts, which hold coins and send transactions");
    line.command<AccountOptions>(account, "new", "Make an account's keystore", "quoin account new alice.json",
                                 run_account_new, [](CLI::App& command, AccountOptions& options) {
                                     command.add_option("file", options.output, "Keystore to write")->required();
                                     add_password(command, options.password_file);
                                     add_json(command, options.json);
                                 });
    line.command<AccountOptions>(
        account, "show", "Show an account's address and balance", "quoin account show dev:4 --testnet testnet",
        run_account_show, [](CLI::App& command, AccountOptions& options) {
            command.add_option("account", options.name, "dev:N, a keystore, or an address")->required();
            const auto node = std::make_shared<NodeChoice>();
            add_node(command, *node);
            command.parse_complete_callback([&command, &options, node] {
                const bool is_named = command.count("--node") + command.count("--testnet") > 0;
                if (is_named || testnet_runs_in(node->testnet)) {
                    options.node = *node;
                }
            });
            add_json(command, options.json);
        });
}

void add_send(CLI::App& command, SendOptions& options) {
    command.add_option("--from", options.from, "Account that signs and pays: dev:N or a keystore")->required();
    add_password(command, options.password_file);
    add_node(command, options.node);
    command.add_option("--wait", options.wait, "Until it is accepted, included or finalized")
        ->capture_default_str()
        ->check(CLI::IsMember({"accepted", "included", "finalized"}));
    command.add_option("--timeout-ms", options.timeout_ms, "Longest wait")->capture_default_str();
    command.add_flag("--dry-run", options.dry_run, "Show what it would do and cost");
    add_json(command, options.json);
}

constexpr const char* amount_help = "Coins such as 32 or 0.5, or base units such as 500u (10^9 to a coin)";

void add_transactions(Line& line) {
    line.command<TransferOptions>(line.app, "transfer", "Send coins",
                                  "quoin transfer --from dev:4 --to 0x71bf.. --amount 2.5", run_transfer,
                                  [](CLI::App& command, TransferOptions& options) {
                                      add_send(command, options.send);
                                      command.add_option("--to", options.to, "Address")->required();
                                      command.add_option("--amount", options.amount, amount_help)->required();
                                  });
    line.command<StakeOptions>(
        line.app, "stake", "Register a validator, or add to its stake",
        "quoin stake --from dev:4 --key dev:4 --amount 1000 --wait finalized", run_stake,
        [](CLI::App& command, StakeOptions& options) {
            add_send(command, options.send);
            CLI::Option* key = command.add_option("--key", options.key, "The validator's key: dev:N or a keystore");
            command.add_option("--validator", options.validator, "Index or key of one that exists, to add stake to")
                ->excludes(key);
            command.add_option("--key-password-file", options.key_password_file, "Password of that keystore");
            command.add_option("--amount", options.amount, amount_help)->required();
            command.add_option("--withdrawal-address", options.withdrawal_address, "(default: the sender's)");
            command.add_option("--commission", options.commission_bps, "Parts of ten thousand")->capture_default_str();
            command.add_option("--commission-max", options.commission_max_bps)->capture_default_str();
            command.add_option("--commission-change", options.commission_change_bps, "Most in an era")
                ->capture_default_str();
            command.parse_complete_callback([&options] {
                if (options.key.empty() && options.validator.empty()) {
                    throw CLI::RequiredError("--key or --validator");
                }
            });
        });
    line.command<UnstakeOptions>(
        line.app, "unstake", "Take stake out, or leave altogether", "quoin unstake --from dev:0 --validator 0 --exit",
        run_unstake, [](CLI::App& command, UnstakeOptions& options) {
            add_send(command, options.send);
            command.add_option("--validator", options.validator, "Index or public key")->required();
            CLI::Option* amount = command.add_option("--amount", options.amount, amount_help);
            command.add_flag("--exit", options.exit, "All of it: the validator leaves")->excludes(amount);
            command.parse_complete_callback([&options] {
                if (!options.exit && options.amount.empty()) {
                    throw CLI::RequiredError("--amount or --exit");
                }
            });
        });
    line.command<WithdrawOptions>(
        line.app, "withdraw", "Have stake that has matured paid out", "quoin withdraw --from dev:0 --validator 0",
        run_withdraw, [](CLI::App& command, WithdrawOptions& options) {
            add_send(command, options.send);
            command.add_option("--validator", options.validator, "Index or public key")->required();
        });
}

void add_views(Line& line) {
    const auto show = [](CLI::App& command, ShowOptions& options) {
        add_node(command, options.node);
        add_json(command, options.json);
    };
    line.command<ShowOptions>(line.app, "status", "Show where a node stands", "quoin status", run_status, show);
    line.command<ShowOptions>(line.app, "validators", "List the validators", "quoin validators", run_validators, show);
    line.command<WatchOptions>(
        line.app, "watch", "Follow finalized blocks, each exactly once, from whichever node is there",
        "quoin watch --from cursor:120.0", run_watch, [](CLI::App& command, WatchOptions& options) {
            add_node(command, options.node);
            command
                .add_option("--topic", options.topic,
                            "finalized_block, slashing, evidence, validator_lifecycle, era_rewards")
                ->capture_default_str()
                ->check(
                    CLI::IsMember({"finalized_block", "slashing", "evidence", "validator_lifecycle", "era_rewards"}));
            command
                .add_option("--from", options.from, "genesis, finalized, slot:N, root:0x.. or cursor:N.I (after it)")
                ->capture_default_str();
            command.add_option("--count", options.count, "Stop after so many");
            command.add_option("--seconds", options.seconds, "Stop after so long");
            command.add_option("--patience", options.patience_s, "Seconds without any node before giving up")
                ->capture_default_str();
            add_json(command, options.json);
        });
}

void add_proofs(Line& line) {
    CLI::App& verify = line.group(line.app, "verify", "Check what nodes claim, off line");
    line.command<VerifyOptions>(
        verify, "finality", "Check a finality proof from the genesis file alone",
        "quoin verify finality proof.json --genesis genesis.json", run_verify_finality,
        [](CLI::App& command, VerifyOptions& options) {
            command.add_option("file", options.file, "Proof as JSON or SSZ (default: a node is asked for one)");
            command.add_option("--genesis", options.genesis, "The genesis that is trusted (default: the testnet's)");
            command.add_option("--block", options.block, "Which block to ask a node about")->capture_default_str();
            add_node(command, options.node);
            add_json(command, options.json);
        });
    line.command<AuditOptions>(
        line.app, "audit", "Check the ledger from the first posting on", "quoin audit --dir testnet", run_audit,
        [](CLI::App& command, AuditOptions& options) {
            command.add_option("--dir", options.folder, "Folder of a node or of a testnet")->capture_default_str();
            add_json(command, options.json);
        });
}

void add_sim(Line& line) {
    line.command<SimOptions>(
        line.app, "sim", "Play validators in a simulated world, in which everything goes wrong",
        "quoin sim --scenario chaos --seed 7", run_sim, [](CLI::App& command, SimOptions& options) {
            command.add_option("--scenario", options.scenario, "A file, or one that comes with the program")
                ->capture_default_str();
            command.add_option("--genesis", options.genesis, "Numbers and stakes: a file or a template");
            command.add_option("--seed", options.seed, "Decides all that is left to chance")->capture_default_str();
            command.add_option("--seeds", options.seeds, "So many seeds, counting up")->capture_default_str();
            command.add_option("--threads", options.threads, "For several seeds at once")->capture_default_str();
            command.add_option("--disks", options.disks, "`real`: databases on simulated disks; `memory`: none")
                ->check(CLI::IsMember({"real", "memory"}));
            command.add_option("--hours", options.hours, "How long each chaos of the scenario lasts, by its own clock");
            command.add_option("--nodes", options.nodes, "Nodes to spread the validators over");
            command.add_flag("--hash", options.hash, "Print only the hash of each run's events");
            command.add_flag("--list", options.list, "Print the scenarios of the program");
        });
}

int leave(const Exit& exit) {
    std::fprintf(stderr, "quoin: %s\n", exit.what());
    return static_cast<int>(exit.code());
}

} // namespace

int run_command_line(int argument_count, char** arguments) {
    Line line;
    line.app.set_version_flag("--version", std::string{"quoin "} + version);
    line.app.require_subcommand(1);
    try {
        or_exit(start_log("text", "warning")); // standard output is for what was asked
        add_testnet(line);
        add_node_command(line);
        add_genesis(line);
        add_keys(line);
        add_account(line);
        add_transactions(line);
        add_views(line);
        add_proofs(line);
        add_sim(line);
        line.app.parse(argument_count, arguments);
        return static_cast<int>(line.run());
    } catch (const CLI::ParseError& error) {
        return line.app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
    } catch (const Exit& exit) {
        return leave(exit);
    } catch (const std::exception& failure) {
        return leave({ExitCode::data_folder, {Reason::io_error, "", failure.what()}});
    }
}

} // namespace quoin::app
