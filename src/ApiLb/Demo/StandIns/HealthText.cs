using System.Text;

namespace ApiLb.Demo.StandIns;

/// <summary>
/// The answers of <c>/readyz</c>, <c>/livez</c> and <c>/healthz</c>, byte for byte in the form that an apiserver gives them
/// (k8s.io/apiserver/pkg/server/healthz).
/// </summary>
internal static class HealthText
{
    private static readonly string[] Checks =
    [
        "ping", "log", "etcd", "etcd-readiness", "informer-sync",
        "poststarthook/start-apiserver-admission-initializer", "poststarthook/generic-apiserver-start-informers",
        "poststarthook/start-system-namespaces-controller", "poststarthook/apiservice-registration-controller",
    ];

    /// <summary>The answer when every check passes: <c>ok</c>, or with <c>?verbose</c> one line per check.</summary>
    /// <param name="name"><c>readyz</c>, <c>livez</c> or <c>healthz</c>.</param>
    /// <param name="isVerbose">The request had <c>?verbose</c>.</param>
    public static string Passed(string name, bool isVerbose) => isVerbose ? $"{Lines(name)}{name} check passed\n" : "ok";

    /// <summary>The answer with status 500 of an apiserver that is shutting down.</summary>
    public static string ShuttingDown() => $"{Lines("livez")}[-]shutdown failed: reason withheld\nreadyz check failed\n";

    private static string Lines(string name)
    {
        var lines = new StringBuilder();
        foreach (var check in Checks)
        {
            lines.Append("[+]").Append(check).Append(" ok\n");
        }

        // Only readiness knows the check "shutdown"; a server that is shutting down is alive.
        return name == "readyz" ? lines.Append("[+]shutdown ok\n").ToString() : lines.ToString();
    }
}
