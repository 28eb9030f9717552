using Xunit;

[assembly: AssemblyFixture(typeof(ApiLb.PackagingTests.Packages))]

namespace ApiLb.PackagingTests;

/// <summary>
/// What <c>packaging/build</c> makes of these sources, built once for all tests, and once more as the next version, to upgrade to.
/// </summary>
public sealed class Packages : IAsyncLifetime
{
    internal const string Version = "1.0.0~test1";
    internal const string NextVersion = "1.0.0~test2";

    internal static string Folder { get; } = Repository.Path("artifacts/packaging-tests");

    internal static string Deb => Path.Combine(Folder, $"apilb_{Version}_amd64.deb");

    internal static string NextDeb => Path.Combine(Folder, "next", $"apilb_{NextVersion}_amd64.deb");

    internal static string Rpm => Path.Combine(Folder, $"apilb-{Version}-1.x86_64.rpm");

    internal static string NextRpm => Path.Combine(Folder, "next", $"apilb-{NextVersion}-1.x86_64.rpm");

    internal static string Tarball => Path.Combine(Folder, $"apilb-{Version}-linux-x64.tar.gz");

    /// <summary>The intermediate files, which later builds may pack once more.</summary>
    internal static string Build => Path.Combine(Folder, "build-amd64");

    /// <summary>A Debian with systemd and without ApiLb. Never written to.</summary>
    internal string Tree { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        if (Prerequisites.FindMissing() is not null)
        {
            return;
        }

        Tree = (await Command.RunAsync("tests/packaging/debian-tree.sh")).Succeeded();
        (await Command.RunAsync("packaging/build", "--version", Version, "--output", Folder)).Succeeded();
        await PackAsync(NextVersion, Path.Combine(Folder, "next"), "deb rpm");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Packs the binary of <see cref="Build"/> once more.</summary>
    internal static async Task PackAsync(string version, string output, string formats) =>
        (await Command.RunAsync("packaging/build", "--version", version, "--output", output, "--published", Build, "--formats", formats)).Succeeded();
}
