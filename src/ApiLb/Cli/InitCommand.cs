using System.CommandLine;
using System.CommandLine.Parsing;
using ApiLb.Cli.Init;
using ApiLb.Kubernetes.Introduction;

namespace ApiLb.Cli;

/// <summary><c>apilb init</c>: from a cluster's join command to a configuration that runs.</summary>
internal static class InitCommand
{
    private const string Summary =
        """
        Fetch the CA of a running cluster the way kubeadm join does, and write ca.crt and a complete apilb.yaml.

        `kubeadm token create --print-join-command` prints hash and token. Nothing is overwritten but an apilb.yaml as it was installed.

        Example: apilb init --endpoints cp1=10.0.0.11,cp2=10.0.0.12 --discovery-token-ca-cert-hash sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        Exit codes: 0 both files are written, or would be; 1 they are not.
        """;

    public static Command Create()
    {
        var endpoints = new Option<IReadOnlyList<InitEndpoint>>("--endpoints")
        {
            Description = "The apiservers, separated by commas; port 6443 unless given. The first that answers is asked for the CA.",
            HelpName = "[NAME=]HOST[:PORT],...",
            Required = true,
            CustomParser = ParseEndpoints,
        };
        var pins = new Option<PublicKeyPin[]>("--discovery-token-ca-cert-hash")
        {
            Description = "The public key of the CA; may be given several times, as while a CA is replaced.",
            HelpName = "sha256:HEX",
            Required = true,
            CustomParser = ParsePins,
            Arity = ArgumentArity.OneOrMore,
        };
        var token = new Option<BootstrapToken?>("--token")
        {
            Description = "A bootstrap token that must have signed what is fetched, in addition to the hash. It is not sent and not written.",
            HelpName = "ID.SECRET",
            CustomParser = ParseToken,
        };
        var directory = new Option<string>("--directory") { Description = "Where to write.", HelpName = "DIR", DefaultValueFactory = _ => "/etc/apilb" };
        var discovery = new Option<bool>("--discovery") { Description = "Let the cluster itself name further apiservers; needs a kubeconfig by `apilb kubeconfig`." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Fetch and verify, but only print what would be written." };
        var command = new Command("init", Summary) { endpoints, pins, token, directory, discovery, dryRun };
        command.SetAction((arguments, cancellation) => new InitSession(
            new InitSettings
            {
                Endpoints = arguments.GetRequiredValue(endpoints),
                Pins = arguments.GetRequiredValue(pins),
                Token = arguments.GetValue(token),
                Directory = Path.GetFullPath(arguments.GetRequiredValue(directory)),
                WithDiscovery = arguments.GetValue(discovery),
                IsDryRun = arguments.GetValue(dryRun),
            },
            Console.Out,
            Console.Error).RunAsync(cancellation));
        return command;
    }

    private static IReadOnlyList<InitEndpoint>? ParseEndpoints(ArgumentResult result)
    {
        if (!InitEndpoint.ParseList(result.Tokens[0].Value).TryGet(out var endpoints, out var problem))
        {
            result.AddError($"--endpoints: {problem}");
        }

        return endpoints;
    }

    private static PublicKeyPin[] ParsePins(ArgumentResult result)
    {
        var pins = new List<PublicKeyPin>();
        foreach (var argument in result.Tokens)
        {
            if (PublicKeyPin.TryParse(argument.Value, out var pin))
            {
                pins.Add(pin);
            }
            else
            {
                result.AddError($"--discovery-token-ca-cert-hash: \"{argument.Value}\" is not sha256: and 64 hexadecimal digits; `kubeadm token create --print-join-command` prints it");
            }
        }

        return [.. pins];
    }

    private static BootstrapToken? ParseToken(ArgumentResult result)
    {
        if (!BootstrapToken.TryParse(result.Tokens[0].Value, out var token))
        {
            // Not what was given: it may be a secret.
            result.AddError("--token: this is not ID.SECRET, six and sixteen small letters and digits; `kubeadm token create` prints one");
        }

        return token;
    }
}
