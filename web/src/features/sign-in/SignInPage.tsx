import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { getSetupOptions } from "../../api/client/@tanstack/react-query.gen";
import { Door } from "./Door";
import { SignInForm } from "./SignInForm";

/** Signs in and goes on to where the visitor wanted to go, which is always a path of ours. */
export default function SignInPage() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const setup = useQuery(getSetupOptions());
  if (setup.data?.is_needed) return <Navigate to="/setup" replace />;
  const next = params.get("next") ?? "/";
  const target = next.startsWith("/") && !next.startsWith("//") ? next : "/";
  return (
    <Door title="Sign in" sub="Customer Personalization Orchestrator">
      <SignInForm onDone={() => void navigate(target, { replace: true })} />
    </Door>
  );
}
