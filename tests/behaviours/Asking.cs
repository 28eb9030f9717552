using System.Net.Sockets;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;

namespace ApiLb.BehaviourTests;

/// <summary>What clients of a bench's balancer find out.</summary>
internal static class Asking
{
    /// <summary>Who serves a new client.</summary>
    public static async Task<string> WhoAsync(this Bench bench)
    {
        using var client = await bench.ConnectAsync();
        return await client.WhoAsync();
    }

    /// <summary>A client, unless it is turned away while it connects.</summary>
    public static async Task<Connection?> TryConnectAsync(this Bench bench, string? source = null)
    {
        try
        {
            return await bench.ConnectAsync(source);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Who serves a new client; empty when it is turned away.</summary>
    public static async Task<string> WhoIfAnybodyAsync(this Bench bench, string? source = null)
    {
        using var client = await bench.TryConnectAsync(source);
        try
        {
            return client is null ? "" : await client.WhoAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }

    /// <summary>Who serves a new client that speaks TLS.</summary>
    public static async Task<string> WhoTlsAsync(this Bench bench)
    {
        using var client = await bench.ConnectTlsAsync();
        return await client.WhoAsync();
    }

    /// <summary>A client that is served by this one.</summary>
    public static async Task<Connection> ServedByAsync(this Bench bench, string name)
    {
        for (var i = 0; i < 50; i++)
        {
            var client = await bench.ConnectAsync();
            if (await client.WhoAsync() == name)
            {
                return client;
            }

            client.Dispose();
        }

        throw new InvalidOperationException($"{name} served none of 50 clients");
    }

    /// <summary>Waits until nobody listens at the balancer's address any more.</summary>
    public static Task TakesNobodyAsync(this Bench bench) => Eventually.HoldsAsync(async () => (await bench.ListenersAsync()).Length == 0, () => "it still listens:\n" + bench.Process.Log);

    /// <summary>A client that speaks TLS and is served by this one.</summary>
    public static async Task<TlsClient> ServedTlsByAsync(this Bench bench, string name)
    {
        for (var i = 0; i < 50; i++)
        {
            var client = await bench.ConnectTlsAsync();
            if (await client.WhoAsync() == name)
            {
                return client;
            }

            client.Dispose();
        }

        throw new InvalidOperationException($"{name} served none of 50 clients");
    }

    /// <summary>Waits until the balancer has said of some backend that it is down.</summary>
    public static Task IsDownAsync(this Bench bench) => Eventually.HoldsAsync(() => bench.Balancer.Complaints(bench.Process.Log).Count > 0, () => "nothing is down:\n" + bench.Process.Log);

    /// <summary>Waits until none of eight clients that speak TLS in a row is served by this one.</summary>
    public static async Task IsOutAsync(this Bench bench, string name, bool tls = true)
    {
        IReadOnlyList<string> names = [];
        await Eventually.HoldsAsync(async () => !(names = await bench.AskAsync(8, tls)).Contains(name), () => $"{name} still serves: {string.Join(' ', names)}");
    }

    /// <summary>How a new client that says nothing ends; a reset may come before its connect call has returned.</summary>
    public static async Task<Ending> EndOfNewAsync(this Bench bench, string? source = null)
    {
        try
        {
            using var client = await bench.ConnectAsync(source);
            return await client.EndAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return Ending.Reset;
        }
    }

    /// <summary>How a new client of each backend in turn gets on: their names in order.</summary>
    public static async Task<IReadOnlyList<string>> AskAsync(this Bench bench, int clients, bool tls = false)
    {
        List<string> names = [];
        for (var i = 0; i < clients; i++)
        {
            names.Add(await (tls ? bench.WhoTlsAsync() : bench.WhoAsync()));
        }

        return names;
    }

    /// <summary>Waits until the balancer has counted, and logged, so many connections that ended for this cause, and none that ended otherwise.</summary>
    public static async Task TellsEndsAsync(this Bench bench, CloseCause cause, int connections)
    {
        var words = bench.Balancer.WordsFor(cause);
        IReadOnlyList<string> counted = [];
        IReadOnlyList<string> logged = [];
        await Eventually.HoldsAsync(
            async () => AreAll(counted = await bench.Balancer.EndingsAsync(bench.Process)) && AreAll(logged = bench.Balancer.LoggedEndings(bench.Process.Log)),
            () => $"{connections} connections must be told as {(words.Count > 0 ? string.Join(" or ", words) : "something of their own, for which it has no word")}; counted: {string.Join(' ', counted)}; logged: {string.Join(' ', logged)}");
        Remark.Say($"{string.Join(' ', counted.Distinct())}");

        bool AreAll(IReadOnlyList<string> endings) => endings.Count == connections && endings.All(words.Contains);
    }
}
