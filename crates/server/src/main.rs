//! The `vinculo` binary.

fn main() -> std::process::ExitCode {
    vinculo_server::main()
}
