using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace ApiLb;

/// <summary>
/// Loads every assembly of the program. The runtime opens the program's file anew for each assembly that is needed for the first time;
/// a package that replaces the file would leave a running daemon without those that it has not needed yet, and an upgrade begins
/// with a request that it may never have had.
/// </summary>
internal static class WholeProgram
{
    /// <summary>What only the watching of etcd needs. Whether etcd is watched is decided at the start, a reload does not change it.</summary>
    private static readonly string[] OnlyForEtcd = ["dotnet-etcd", "Google.", "Grpc."];

    private static bool IsOneFile => !File.Exists(Path.Combine(AppContext.BaseDirectory, $"{typeof(WholeProgram).Assembly.GetName().Name}.dll"));

    /// <param name="withEtcd">Whether etcd is watched.</param>
    /// <returns>How many there are; 0 when assemblies are files of their own, which would only be held open.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What trimming has removed cannot be needed later.")]
    public static int Load(bool withEtcd)
    {
        if (!IsOneFile)
        {
            return 0;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<Assembly>([typeof(WholeProgram).Assembly]);
        while (pending.TryPop(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies().Where(r => (withEtcd || !IsOnlyForEtcd(r)) && seen.Add(r.FullName)))
            {
                if (TryLoad(reference) is { } loaded)
                {
                    pending.Push(loaded);
                }
            }
        }

        return seen.Count;
    }

    private static bool IsOnlyForEtcd(AssemblyName name) => Array.Exists(OnlyForEtcd, n => name.Name!.StartsWith(n, StringComparison.Ordinal));

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            return null; // Trimmed away as a whole.
        }
    }
}
