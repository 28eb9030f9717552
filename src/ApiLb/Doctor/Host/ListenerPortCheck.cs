using System.Net;
using ApiLb.Configuration;

namespace ApiLb.Doctor.Host;

/// <summary>Who holds the addresses of the listeners: ApiLb, nobody, or somebody in its way.</summary>
internal sealed class ListenerPortCheck(ProcFiles proc)
{
    private const string Check = "port";

    /// <param name="listeners">As configured.</param>
    /// <param name="daemon">The process id of the running daemon; null: none is known.</param>
    public IEnumerable<Finding> Find(IReadOnlyList<ListenerOptions> listeners, int? daemon)
    {
        var sockets = (string[])["net/tcp", "net/tcp6"];
        var listening = sockets.SelectMany(f => ListeningSocket.Parse(proc.Read(f) ?? "")).ToArray();
        foreach (var listener in listeners)
        {
            foreach (var bind in listener.Bind.OfType<IPEndPoint>())
            {
                var holders = Array.FindAll(listening, s => s.Conflicts(bind));
                yield return holders.Length == 0 ? Free(listener.Name, bind, daemon) : Held(listener.Name, bind, holders, daemon);
            }
        }
    }

    private static Finding Free(string listener, IPEndPoint bind, int? daemon) => daemon is null
        ? Finding.Ok(Check, $"{bind} of listener {listener} is free")
        : Finding.Error(Check, $"nobody listens on {bind}, though the daemon runs: it has another configuration", "restart it, or give doctor its --config");

    private Finding Held(string listener, IPEndPoint bind, ListeningSocket[] sockets, int? daemon)
    {
        var inodes = sockets.Select(s => $"socket:[{s.Inode}]").ToHashSet(StringComparer.Ordinal);
        var holder = proc.Processes().FirstOrDefault(p => proc.Descriptors(p).Any(inodes.Contains));
        var name = proc.Read($"{holder}/comm");
        if (holder == 0)
        {
            return Finding.Note(Check, $"{bind} of listener {listener} is held by a process that only root sees: as it should be if that is the daemon", "sudo apilb doctor");
        }

        if (holder == daemon || name == "apilb")
        {
            return Finding.Ok(Check, $"{bind} of listener {listener} is held by apilb (pid {holder})");
        }

        return Finding.Error(
            Check,
            $"{bind} of listener {listener} is held by {name} (pid {holder}): ApiLb cannot listen there",
            name == "kube-apiserver"
                ? "on a control-plane host bind to the VIP only, such as 10.0.0.5:6443, and give kube-apiserver --bind-address=NODE-IP; or take another port"
                : $"stop it, as by systemctl disable --now {name}, or bind to another address or port");
    }
}
